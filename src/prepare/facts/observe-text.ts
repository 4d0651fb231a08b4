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

  const [first = ""] = trimmed;
  if (first !== first.toUpperCase()) counts.lowerCaseStarts++;
  else if (first !== first.toLowerCase()) counts.upperCaseStarts++;
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
  return /[\p{L}\p{M}\p{N}]$/u.test(text) ? "none" : "other";
}
