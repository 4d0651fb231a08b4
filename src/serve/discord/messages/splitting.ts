import { fence } from "../../replies/index.ts";

/** Characters (UTF-16 code units, as Discord's clients count them) that one message holds. */
const maxMessageLength = 2000;

const closing = `\n${fence}`;

/**
 * Parts of at most `longest` characters, cut where a paragraph, a line, a sentence or a word ends, as far as there is one,
 * and never inside a character. A block of code that is cut is closed, and opened again in the next part.
 */
export function splitMessage(text: string, longest = maxMessageLength): string[] {
  const parts: string[] = [];
  const room = text.includes(fence) ? longest - closing.length : longest;
  let rest = text;
  while (rest.length > room && (rest.length > longest || isOpenAgain(rest, parts))) {
    const end = endOfPart(rest, room);
    const [head, tail] = [rest.slice(0, end), rest.slice(end)];
    const block = openBlock(head, tail);
    parts.push(block === undefined ? head.trimEnd() : head.trimEnd() + closing);
    rest = block === undefined ? tail.trimStart() : goingOn(block, tail);
  }
  const last = isOpenAgain(rest, parts) ? rest + closing : rest;
  return [...parts, last].filter((part) => part.trim() !== "");
}

/** As much as one message holds: Discord refuses a longer one whole. */
export function cutMessage(text: string): string {
  if (text.length <= maxMessageLength) return text;
  const [first = ""] = splitMessage(text, maxMessageLength - 1);
  return `${first}…`;
}

interface Block {
  at: number;
  /** The line that opens it, with its language. */
  opening: string;
}

/** The block of code in which a text ends; undefined where it ends in none. */
function openBlock(text: string, after: string): Block | undefined {
  const fences = [...text.matchAll(/```/g)];
  const at = fences.at(-1)?.index;
  if (at === undefined || fences.length % 2 === 0) return undefined;
  // Somebody may write of it in the middle of a sentence.
  const isLineOfItsOwn = at === 0 || text[at - 1] === "\n";
  if (!isLineOfItsOwn && !after.includes(fence)) return undefined;
  const [, language = ""] = /^```([\w+\-.#]{0,20})\n/.exec(text.slice(at)) ?? [];
  return { at, opening: `${fence}${language}\n` };
}

/** Whether a block that was cut before is never closed: as an answer may end where its tokens do. */
function isOpenAgain(rest: string, parts: string[]): boolean {
  return parts.length > 0 && openBlock(rest, "") !== undefined;
}

/** What follows a part that has ended in a block of code. */
function goingOn({ opening }: Block, tail: string): string {
  const isOver = tail.trimStart().startsWith(fence);
  return isOver
    ? tail.trimStart().slice(fence.length).trimStart()
    : opening + tail.replace(/^[^\S\n]*\n/, "");
}

function endOfPart(text: string, room: number): number {
  const window = text.slice(0, room + 1);
  const block = openBlock(text.slice(0, room), text.slice(room));
  // What begins late is left whole, as far as it can be.
  if (block !== undefined && block.at > room / 2) return block.at;
  const afterCode = block === undefined ? window.lastIndexOf(fence) + fence.length : 0;
  const ends =
    block === undefined ? endsOfProse(window) : [window.lastIndexOf("\n"), window.lastIndexOf(" ")];
  const least = Math.max(room / 2, afterCode);
  const end = ends.find((each) => each >= least && each <= room);
  return end ?? (afterCode > room / 2 ? Math.min(afterCode, room) : endOfCharacter(text, room));
}

/** The last end of each kind, the best kind first. */
function endsOfProse(window: string): number[] {
  const sentences = [...window.matchAll(/[.!?…。！？]["'”’)\]*_]*(?=\s)|[。！？]/gu)];
  const sentence = sentences.at(-1);
  return [
    window.lastIndexOf("\n\n"),
    window.lastIndexOf("\n"),
    sentence === undefined ? -1 : sentence.index + sentence[0].length,
    window.lastIndexOf(" "),
  ];
}

function endOfCharacter(text: string, end: number): number {
  let before = end;
  while (before > end / 2 && text[before - 1] === "`" && text[before] === "`") before--;
  const code = text.charCodeAt(before - 1);
  const isHighSurrogate = code >= 0xd800 && code < 0xdc00;
  return isHighSurrogate ? before - 1 : before;
}
