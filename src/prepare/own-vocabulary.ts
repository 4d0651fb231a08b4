/** What is asked of a tokeniser of one's own; training it needs Python, and is loaded only then. */
import { prepareChoices } from "../choices/index.ts";
import { UsageError } from "../errors.ts";

/** Raised when the same text and size give another tokeniser. */
export const ownTokenizerVersion = 1;

export function checkVocabularySize(size: number | null): number | null {
  if (size === null) return null;
  const { atLeast, atMost } = prepareChoices.trainTokenizer.integer;
  if (Number.isInteger(size) && size >= atLeast && size <= atMost) return size;
  throw new UsageError(`A tokeniser cannot have ${size} ids.`, {
    fix: `Ask for ${atLeast} (each byte, the ends of turns and conversations) to ${atMost}; 4096 suits a small model.`,
  });
}
