import type { Tokenizer } from "../../../tokenizer/index.ts";
import type { Part } from "./dialect.ts";

/**
 * The ids of a part, those before it that were held back included.
 *
 * llama-server streams nothing while a character is unfinished, and then all of its text, but only the last id. The ids
 * of that text are then what the tokeniser makes of it: the same words, if not always the ids that were drawn.
 */
export function wholeIds({ ids, text = "" }: Part, tokenizer: Tokenizer): number[] {
  const said = Buffer.concat(ids.map((id) => tokenizer.bytesOf(id)));
  const told = Buffer.from(text);
  if (told.length <= said.length) return ids;
  return tokenizer.encode(text);
}
