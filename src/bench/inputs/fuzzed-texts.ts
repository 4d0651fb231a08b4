import { seededRandom } from "./seeded-random.ts";

/** First and last code points of what people type, and of what nobody does. */
const ranges: [number, number][] = [
  [0x20, 0x7e],
  [0x61, 0x7a],
  [0x30, 0x39],
  [0x00, 0x1f],
  [0x80, 0x24f],
  [0x300, 0x36f],
  [0x370, 0x5ff],
  [0x600, 0x6ff],
  [0x900, 0xdff],
  [0x1e00, 0x1fff],
  [0x2000, 0x206f],
  [0x2070, 0x2bff],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xe000, 0xe0ff],
  [0xfe00, 0xffff],
  [0x1f300, 0x1faff],
  [0x1d400, 0x1d7ff],
  [0x0, 0x2ffff],
];
const phrases = [
  "<|endoftext|>",
  "<|im_start|>",
  "<|im_end|>",
  "<|endoftext",
  "don't",
  "I'LL",
  "'s",
  " 's",
  "''re",
  "you've ",
  "  ",
  "\n\n",
  "\r\n",
  "\t",
  "\u00a0",
  "\u0085",
  "\ufeff",
  "haha",
  " 2024",
  "¯\\_(ツ)_/¯",
  "👩‍👩‍👧‍👦",
  "https://example.org/a?b=c",
  "não",
  "e\u0301",
];

/** Texts to compare tokenisers by: typed special tokens, contractions, spaces of every kind, all of Unicode. */
export function* fuzzedTexts(count: number, seed = 1): Generator<string> {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let made = 0; made < count; made++) {
    let text = "";
    for (let part = 1 + below(8); part > 0; part--) {
      if (random() < 0.3) text += phrases[below(phrases.length)];
      else text += charactersOf(ranges[below(ranges.length)] as [number, number], 1 + below(6), below);
    }
    yield text;
  }
}

function charactersOf(
  [first, last]: [number, number],
  count: number,
  below: (limit: number) => number,
): string {
  let text = "";
  for (let index = 0; index < count; index++) {
    const code = first + below(last - first + 1);
    // Half a surrogate pair is no text.
    text += code >= 0xd800 && code <= 0xdfff ? " " : String.fromCodePoint(code);
  }
  return text;
}
