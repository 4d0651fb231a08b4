/**
 * Nobody sees them, and a message of thousands would push all else out of the context. Flags and families of emoji are
 * joined by fewer, and no script stacks as many marks.
 */
const invisible = /[\p{Cf}\p{Mn}\p{Me}\u115f\u1160\u2800\u3164\uffa0]{9,}/gu;

/** A text without long runs of characters that nobody sees. */
export function withoutInvisible(words: string): string {
  return words.replace(invisible, "");
}
