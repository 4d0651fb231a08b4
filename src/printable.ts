/**
 * A name from an export, as it can be shown on a terminal.
 *
 * Names are strangers' text: control characters could move the cursor or clear the screen, and direction marks could make
 * the rest of a line read backwards.
 *
 * @param most Characters that are shown at most.
 */
export function printable(text: string, most = 60): string {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, (marks) => (keptMarks.test(marks) ? marks : " "))
    .trim();
  const characters = [...new Intl.Segmenter().segment(plain.slice(0, 4 * most))];
  if (characters.length <= most) return plain.slice(0, 4 * most);
  return `${characters
    .slice(0, most - 1)
    .map(({ segment }) => segment)
    .join("")}…`;
}

/** Emoji and several scripts are joined by these. */
const keptMarks = /^[\u200c\u200d]$/;
