/**
 * A name, or another short text of strangers, as it can be shown on one line of a terminal.
 *
 * Control characters could move the cursor or clear the screen, and direction marks could make
 * the rest of a line read backwards.
 *
 * @param maxLength Characters that are shown at most.
 */
export function printable(text: string, maxLength = 60): string {
  // Without marks and emoji every unit is a character, and loading the tables for segments takes 20 ms.
  if (latinLetters.test(text)) return ellipsis(text.trim(), maxLength);
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, (marks) => (keptMarks.test(marks) ? marks : " "))
    .trim();
  const bounded = plain.slice(0, maxLength * maxUnits);
  const shown: string[] = [];
  for (const { segment } of new Intl.Segmenter().segment(bounded)) {
    shown.push(segment.slice(0, maxUnits).toWellFormed());
    if (shown.length > maxLength) break;
  }
  const isWhole = shown.length <= maxLength && bounded.length === plain.length;
  return isWhole ? shown.join("") : `${shown.slice(0, maxLength - 1).join("")}…`;
}

/**
 * Text of any length, without what could move the cursor, recolour the screen or turn the reading direction around.
 *
 * Line ends stay. So it suits lines that hold names, and what a model writes.
 */
export function printableLines(text: string): string {
  return text.replace(/(?:(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}])+/gu, (marks) =>
    keptMarks.test(marks) ? marks : " ",
  );
}

const latinLetters = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f]*$/;

function ellipsis(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

/** UTF-16 units of one character: a couple with skin tones has 16, and marks can be piled up without end. */
const maxUnits = 32;

/** Emoji and several scripts are joined by these. */
const keptMarks = /^[\u200c\u200d]$/;
