/** What is asked of a tokeniser of one's own; training it needs Python, and is loaded only then. */
import { UsageError } from "../errors.ts";

/** Raised when the same text and size give another tokeniser. */
export const ownTokenizerVersion = 1;

/** Each byte, the end of a conversation, and the empty line that ends a turn; and as many as 16 bits tell apart. */
const vocabularySizes = { least: 258, most: 65_536 };

export function checkVocabularySize(size: number): number {
  const { least, most } = vocabularySizes;
  if (Number.isInteger(size) && size >= least && size <= most) return size;
  throw new UsageError(`A tokeniser cannot have ${size} ids.`, {
    fix: `Ask for ${least} (each byte, the ends of turns and conversations) to ${most}; 4096 suits a small model.`,
  });
}
