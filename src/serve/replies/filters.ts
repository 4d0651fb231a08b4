import { foldLetters } from "../../guard/index.ts";
import { escapePattern } from "../../letters.ts";
import { canonicalLabel, neutralLabel, placeholder, shown } from "../../transcript/index.ts";
import { fence } from "./code.ts";
import { hasLink } from "./links.ts";

/** Why a bubble may not be said, without a word of it. */
export type Failure =
  /** Nothing in it can be seen, or it is of marks for words alone, or the turn ended before its first word. */
  | "empty"
  /** It goes round in circles, or says again what the persona has just said. */
  | "repetition"
  /** A line of it opens somebody's turn, or it spells a special token. */
  | "outside-turn"
  /** What stands for a masked word in training, or for a picture and its like. */
  | "placeholder"
  /** A word that the owner has ruled out. */
  | "blocked-word"
  /** A link or an invite, where none may be said. */
  | "link"
  /** It insists on what the guard bars. */
  | "copy";

/**
 * Why a bubble may not be said; undefined where it may.
 *
 * @param before What the persona has said last, oldest first: in its last turns, and in this one.
 */
export type Filter = (bubble: string, before: string[]) => Failure | undefined;

interface Bounds {
  /** Labels whose turns the model may try to write. */
  labels: string[];
  /** Words and phrases that are never said. */
  blocked: string[];
  mayLink?: boolean;
}

/** What every bubble of a persona is held against before anybody sees it. */
export function filterFor({ labels, blocked, mayLink = true }: Bounds): Filter {
  const opensTurn = turnOpening(labels);
  const barred = blocked.map(spaced).filter((phrase) => phrase.trim() !== "");
  return (bubble, before) => {
    if (isEmpty(bubble)) return "empty";
    if (opensTurn.test(bubble) || specialToken.test(bubble)) return "outside-turn";
    if (bubble.search(placeholder) !== -1 || shown.test(bubble) || ownName.test(bubble)) return "placeholder";
    if (!mayLink && hasLink(bubble)) return "link";
    const folded = spaced(bubble);
    if (barred.some((phrase) => folded.includes(phrase))) return "blocked-word";
    const words = wordsOf(bubble);
    return goesInCircles(words) || wasSaid(bubble, words, before) ? "repetition" : undefined;
  };
}

function isEmpty(bubble: string): boolean {
  // Alone, it may close a block of code that bubbles before it have opened.
  if (bubble.trim() === fence) return false;
  return bubble.split("\n").every((line) => line.replace(unseen, "").replace(onlyMarkers, "") === "");
}

/** What marks a heading, a quote or an item of a list, and what surrounds words, where there are no words. */
const onlyMarkers = /^(?:#{1,3}|>{1,3}|[-+])?[*_~`|]*$/;

const unseen = /(?:[\s\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]|[\ufe00-\ufe0f])/gu;

/** As they are spelled by the templates of common models. Special tokens themselves end a turn and are never text. */
const specialToken =
  /<\|[\w ./-]{1,40}\|>|<\/?s>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start|end)_of_turn>|<\/?(?:bos|eos|pad)>/i;

/** A template's gap that models have read elsewhere. */
const ownName = /\[(?:(?:your|my|their|first|last) )?name\]/i;

/** A line that begins with a known label and a colon, but `Ben: 10:30`, which is of a list; a neutral one may have any number. */
function turnOpening(labels: string[]): RegExp {
  const names = labels.map((label) => escapePattern(canonicalLabel(label)));
  const neutral = `${neutralLabel}(?: \\d{1,4})?`;
  return new RegExp(`^[*_"\\s]*(?:${[...names, neutral].join("|")})[*_"\\s]*:(?![^\\S\\n]*\\d)`, "imu");
}

/** The words of a text as they compare, with a space around each. */
function spaced(text: string): string {
  return ` ${foldedWords(text)} `;
}

function foldedWords(text: string): string {
  return foldLetters(text).trim().replace(/ +/g, " ");
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** How often a phrase of so many words may be said in a row: people do say "no no no no", and laugh for a line. */
function mostInRow(words: number): number {
  if (words <= 2) return 12;
  return words <= 5 ? 3 : 2;
}

/** Words of the longest phrase that is looked for. */
const longestPhrase = 40;

/** Whether the same words come over and over, one time right after the other. */
function goesInCircles(words: string[]): boolean {
  for (let length = 1; length <= Math.min(longestPhrase, words.length / 2); length++) {
    const most = length * mostInRow(length);
    let same = 0;
    for (let at = length; at < words.length; at++) {
      same = words[at] === words[at - length] ? same + 1 : 0;
      if (same >= most && !isShorterTwice(words.slice(at - length, at))) return true;
    }
  }
  return false;
}

/** Whether a phrase is itself a shorter one over and over: how often that may be said has been decided. */
function isShorterTwice(phrase: string[]): boolean {
  return phrase.some((_, length) => {
    const isPart = length > 0 && phrase.length % length === 0;
    return isPart && phrase.every((word, at) => at < length || word === phrase[at - length]);
  });
}

/** A bubble of so many words is remembered: whoever hears it twice takes the persona for a machine. */
const memorableWords = 4;

/**
 * How often a bubble of fewer words may be said in a row, in one turn or several: everybody answers "ok" and "haha" again
 * and again, but the fewer words, the oftener. A model that has come to say nothing else has to find something.
 */
function mostAgain(words: number): number {
  return Math.max(2, 5 - Math.max(1, words));
}

function wasSaid(bubble: string, words: string[], before: string[]): boolean {
  const said = before.map(sameText);
  const own = sameText(bubble);
  if (words.length >= memorableWords) return said.includes(own);
  const lately = said.slice(-mostAgain(words.length));
  return lately.length === mostAgain(words.length) && lately.every((text) => text === own);
}

function sameText(text: string): string {
  return foldedWords(text) || text;
}
