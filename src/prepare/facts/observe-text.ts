import { emojiIn, withoutSelectors } from "./emoji.ts";
import { type Counts, type Ending, emojiEdges } from "./facts.ts";
import { count } from "./histogram.ts";

/** Counts how the persona dresses one message: its first letter, its end, its emoji. */
export function observeText(counts: Counts, text: string): void {
  const trimmed = text.trim();
  const found = emojiIn(trimmed);
  count(counts.emojiAMessage, emojiEdges, found.length);
  for (const emoji of found) counts.emoji[emoji] = (counts.emoji[emoji] ?? 0) + 1;
  counts.endings[endingOf(trimmed, found)]++;

  const start = caseAtStart(trimmed);
  if (start === "lower") counts.lowerCaseStarts++;
  else if (start === "upper") counts.upperCaseStarts++;
}

/** The case of the first letter; undefined where it has none. */
function caseAtStart(text: string): "lower" | "upper" | undefined {
  const first = text.codePointAt(0);
  if (first === undefined) return undefined;
  if (first >= 0x61 && first <= 0x7a) return "lower";
  const character = String.fromCodePoint(first);
  if (character !== character.toUpperCase()) return "lower";
  return character === character.toLowerCase() ? undefined : "upper";
}

const endingOfMark: Record<string, Ending> = {
  ".": "period",
  "。": "period",
  "!": "exclamation",
  "！": "exclamation",
  "?": "question",
  "？": "question",
  "؟": "question",
  "…": "ellipsis",
};

function endingOf(text: string, emoji: string[]): Ending {
  if (text.endsWith("..")) return "ellipsis";
  const mark = endingOfMark[text.at(-1) as string];
  if (mark !== undefined) return mark;
  const last = emoji.at(-1);
  if (last !== undefined && withoutSelectors(text).endsWith(withoutSelectors(last))) return "emoji";
  // The last character alone: an expression that ends in `$` would try every one.
  return letterOrDigit.test(lastCharacter(text)) ? "none" : "other";
}

const letterOrDigit = /[\p{L}\p{M}\p{N}]/u;

function lastCharacter(text: string): string {
  const isPair = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xdc00;
  return text.slice(isPair ? -2 : -1);
}
