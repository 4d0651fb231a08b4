import type { DigitRun } from "./digit-runs.ts";
import { touchesPhoneWord } from "./phone-words.ts";
import { unitTouching } from "./units.ts";

/** Letters of scripts that part words by spaces: such a one beside a digit makes a word with it. */
const letter = "[\\p{sc=Latin}\\p{sc=Cyrillic}\\p{sc=Greek}\\p{sc=Armenian}\\p{sc=Georgian}\\p{M}]";
const wordBefore = new RegExp(`[\\p{N}_]?${letter}+$`, "u");
const wordAfter = new RegExp(`^${letter}+[\\p{N}_]?`, "u");
const maxWordLength = 16;
/** "x", "kk", "jaja": what people hang on a number that they send. */
const maxHungOnLength = 5;

/** How a number stands among the letters around it. */
type Standing =
  /** By itself, or beside letters that make no word with it. */
  | "alone"
  /** Beside a short word, as in "07911482913x" or "tel07911482913". */
  | "touched"
  /** In the middle of a name, of a machine's key, or before a unit. */
  | "inside";

export function standingOf({ start, end }: DigitRun, text: string): Standing {
  const head = text.slice(Math.max(0, start - maxWordLength), start);
  const tail = text.slice(end, end + maxWordLength);
  if (/[\p{L}\p{N}]_+$/u.test(head) || /^_+[\p{L}\p{N}]/u.test(tail)) return "inside";
  const before = wordBefore.exec(head)?.[0];
  const after = wordAfter.exec(tail)?.[0];
  if (before === undefined && after === undefined) return "alone";
  const mayTouch =
    (before === undefined || touchesPhoneWord.test(head)) &&
    (after === undefined ||
      (/^\D{1,5}$/.test(after) && after.length <= maxHungOnLength && !unitTouching.test(after)));
  return mayTouch ? "touched" : "inside";
}
