import stringWidth from "string-width";
import { printableLines } from "../../../printable.ts";

/** How bubbles look: escape sequences around them, or none. */
export interface Look {
  own: Paint;
  theirs: Paint;
  /** Whatever is beside what is said. */
  aside: Paint;
}

type Paint = (text: string) => string;

const plain: Paint = (text) => text;
export const plainLook: Look = { own: plain, theirs: plain, aside: plain };

/** Colours of both letters and ground, so that they can be read on any terminal; the palettes only suit what is around them. */
const grounds = {
  dark: { own: "48;5;25;38;5;255", theirs: "48;5;238;38;5;255" },
  light: { own: "48;5;25;38;5;231", theirs: "48;5;253;38;5;234" },
  /** Of terminals that know eight colours. */
  few: { own: "44;37", theirs: "47;30" },
};

/** A grey with a contrast of 4.5 on black and on white: faint letters have less on many terminals, and nobody tells on which ground. */
const aside = "38;5;243";

/**
 * @param depth Bits of colour that the terminal shows; 1 is none.
 * @param colours `COLORFGBG`, in which some terminals say on what ground they write: `0;15` is black on white.
 */
export function lookOf(depth: number, colours = ""): Look {
  if (depth <= 1) return plainLook;
  const ground = Number(colours.split(";").at(-1) || Number.NaN);
  const isLight = ground === 7 || ground >= 9;
  const { own, theirs } = grounds[depth < 8 ? "few" : isLight ? "light" : "dark"];
  return { own: painted(own), theirs: painted(theirs), aside: depth < 8 ? plain : painted(aside) };
}

function painted(codes: string): Paint {
  return (text) => `\x1b[${codes}m${text}\x1b[0m`;
}

/** Nobody reads a line across a whole screen. */
const widestColumn = 100;
const widestBubble = 64;

/** The width in which a conversation is laid out on a terminal of so many columns. */
export function columnOf(columns: number): number {
  // The last cell stays free: some terminals begin a new line there.
  return Math.max(12, Math.min(columns - 1, widestColumn));
}

/** A bubble as lines: those of the persona stand left, one's own right. */
export function bubbleLines(text: string, side: "own" | "theirs", look: Look, column: number): string[] {
  const inner = Math.max(4, Math.min(widestBubble, Math.floor(column * 0.75) - 2));
  const lines = wrapped(printableLines(text), inner);
  const width = Math.max(...lines.map((line) => stringWidth(line)));
  const filled = lines.map((line) => ` ${line}${" ".repeat(width - stringWidth(line))} `);
  const framed = look[side] === plain ? filled.map((line) => frame(line, side)) : filled.map(look[side]);
  const margin = side === "own" ? " ".repeat(Math.max(0, column - width - 3)) : "";
  return framed.map((line) => margin + line);
}

/** Where there are no colours, a bar says whose bubble it is. */
function frame(line: string, side: "own" | "theirs"): string {
  return side === "own" ? `${line}│` : `│${line.trimEnd()}`;
}

const segmenter = new Intl.Segmenter();

/** Lines of at most `width` cells, cut between words where there are some. */
export function wrapped(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, width));
}

function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/\s*\S+|\s+$/gu) ?? [""]) {
    if (stringWidth(line + word) <= width) line += word;
    else {
      if (line !== "") lines.push(line);
      const parts = cut(word.trimStart(), width);
      lines.push(...parts.slice(0, -1));
      line = parts.at(-1) ?? "";
    }
  }
  return [...lines, line];
}

/** Parts of at most `width` cells, never cut inside a character. */
export function cut(text: string, width: number): string[] {
  const parts: string[] = [];
  let part = "";
  let cells = 0;
  for (const { segment } of segmenter.segment(text)) {
    const size = stringWidth(segment);
    if (cells + size > width && part !== "") {
      parts.push(part);
      part = "";
      cells = 0;
    }
    part += segment;
    cells += size;
  }
  return [...parts, part];
}
