/** What a text looks like that the network may have written itself, whatever its language. */

/** Stands for whoever sent it. */
export const someone = "\u0001";

export interface Sentence {
  /** The words, with the sender's name masked. */
  template: string;
  /** Where the sender is named in it. */
  named: "first" | "later" | undefined;
  /** Ends as sentences of programs do: in a full stop, or in the space that a template left. */
  isClosed: boolean;
  /** Its first word, and its last. */
  opening: string;
  ending: string;
}

/** Longer sentences quote something, and are few. */
const longest = 160;
const notOfPrograms = /[\n?!？！]|https?:|\S\.\p{L}{2,}/u;
/** Georgian has no capitals. */
const small = /^(?!\p{sc=Georgian})\p{Ll}/u;
const closed = /(?:[.。।։።۔။]|\s)$/u;
const emoji = /\p{Extended_Pictographic}(?:\p{Extended_Pictographic}|\p{M}|\u200d|\ufe0f)*/gu;
/** Scripts that put no spaces between words. */
const spaceless =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

/** Undefined for a text that is none: too short or too long, in small letters, with a link, or asking something. */
export function asSentence(text: string, sender: string): Sentence | undefined {
  if (text.length > longest || beginsSmall(text) || notOfPrograms.test(text)) return undefined;
  const template = masked(text, sender).replace(emoji, "☺");
  const words = template.trim().split(/\s+/);
  const isClosed = closed.test(template);
  const isLong = words.length > (isClosed ? 1 : 2) || (spaceless.test(template) && template.length > 5);
  if (!isLong || words.every((word) => word === someone)) return undefined;
  const at = template.indexOf(someone);
  return {
    template,
    named: at === 0 ? "first" : at > 0 && at < template.length - 2 ? "later" : undefined,
    isClosed,
    opening: firstWord(words[0] as string),
    ending: lastWord(words.at(-1) as string),
  };
}

/** Most texts begin in ASCII, where a look is enough. */
function beginsSmall(text: string): boolean {
  const first = text.charCodeAt(0);
  return first < 0x80 ? first >= 0x61 && first <= 0x7a : small.test(text);
}

/** The sender's full or first name as a word of its own, or with letters of a script around it that has no spaces. */
function masked(text: string, sender: string): string {
  return maskedName(text, sender) ?? maskedName(text, firstName(sender)) ?? text;
}

export function firstName(name: string): string {
  const end = name.indexOf(" ");
  return end === -1 ? name : name.slice(0, end);
}

function maskedName(text: string, name: string): string | undefined {
  if (name.length < 2) return undefined;
  const at = text.indexOf(name);
  if (at === -1 || !isWordAt(text, at, name)) return undefined;
  return `${text.slice(0, at)}${someone}${text.slice(at + name.length)}`;
}

function isWordAt(text: string, at: number, name: string): boolean {
  return isBreak(text[at - 1], name[0]) && isBreak(text[at + name.length], name.at(-1));
}

/** Korean sets its particles right behind a name. */
function isBreak(beside: string | undefined, edge: string | undefined): boolean {
  if (beside === undefined || !/[\p{L}\p{M}]/u.test(beside)) return true;
  const isHangul = (letter: string | undefined) => /\p{sc=Hangul}/u.test(letter ?? "");
  return spaceless.test(beside) || (isHangul(beside) && !isHangul(edge));
}

const letters = 5;

function firstWord(word: string): string {
  return spaceless.test(word) ? [...word].slice(0, 2).join("") : word;
}

function lastWord(word: string): string {
  const bare = word.replace(/[\p{P}\p{S}]+$/u, "").toLowerCase();
  return spaceless.test(bare) ? [...bare].slice(-letters).join("") : bare;
}
