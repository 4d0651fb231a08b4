import { wordlist } from "@scure/bip39/wordlists/english.js";
import { capitals, type Draw, lowercase, type Value } from "./draw.ts";

const letters = capitals + lowercase;
const alphanumeric = `${letters}0123456789`;
const common = "sunflower tulip dragon summer banana monkey coffee purple hunter winter guitar pepper".split(
  " ",
);

/** Passwords, codes, keys and seed phrases. */
export const secrets: Record<string, Value> = {
  pw: (draw) => password(draw),
  key: (draw) => draw.of(`${lowercase}0123456789`, 6) + draw.like("%#") + draw.of(lowercase, 6),
  pin4: (draw) => draw.like("%##%"),
  pin6: (draw) => draw.like("%####%"),
  cvv: (draw) => draw.like("%##"),
  puk: (draw) => draw.like("%######%"),
  door: (draw) => draw.pick([draw.like("%###A"), draw.like("%##%B"), draw.like("A%###"), draw.like("%#B##")]),
  combo: (draw) => draw.pick([draw.like("1#-%-2#"), draw.like("%#-1#-3#")]),
  mailbox: (draw) => draw.pick(["ana.lima", "lena_marsh", "leo.k", "miraw"]) + draw.like("%#"),
  dom: (draw) =>
    draw.of("bcdfglmnprstv", 1) + draw.pick(["arlo", "umina", "ostera", "ilvano"]) + draw.of(lowercase, 2),
  path: (draw) => draw.of(lowercase, 4) + draw.like("%#"),
  seed12: (draw) => seedPhrase(draw, 12).join(" "),
  seed15: (draw) => seedPhrase(draw, 15).join(" "),
  seed24: (draw) => seedPhrase(draw, 24).join(" "),
  seed12lines: (draw) => seedPhrase(draw, 12).join("\n"),
  seed12numbered: (draw) =>
    seedPhrase(draw, 12)
      .map((word, index) => `${index + 1}. ${word}`)
      .join(" "),
  seed18commas: (draw) => seedPhrase(draw, 18).join(", "),
  seed12caps: (draw) => seedPhrase(draw, 12).join(" ").toUpperCase(),
  rand20: (draw) => draw.of(letters, 20),
  rand22: (draw) => draw.of(alphanumeric, 22),
  rand24: (draw) => draw.of(alphanumeric, 24),
  rand34: (draw) => draw.of(alphanumeric, 34),
  rand35: (draw) => draw.of(alphanumeric, 35),
  rand36: (draw) => draw.of(alphanumeric, 36),
  rand40: (draw) => draw.of(alphanumeric, 40),
  rand43: (draw) => draw.of(alphanumeric, 43),
  upper16: (draw) => draw.of(capitals, 13) + draw.like("%#%"),
};

function password(draw: Draw): string {
  const word = draw.pick(common);
  return draw.pick([
    `${word}${draw.like("%#")}`,
    `${word}${draw.like("%###")}`,
    `${word[0]?.toUpperCase()}${word.slice(1)}${draw.like("%#")}!`,
    `${word.replace("o", "0").replace("e", "3").replace("a", "4")}${draw.like("%#")}x`,
    `${draw.of(lowercase, 4)}${draw.like("%##")}${draw.of(lowercase, 2)}`,
  ]);
}

function seedPhrase(draw: Draw, length: number): string[] {
  return Array.from({ length }, () => draw.pick(wordlist));
}
