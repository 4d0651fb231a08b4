import type { Tokenizer } from "../../tokenizer/index.ts";
import type { TokenArray } from "./record.ts";

export function tokenArrayOf({ vocabularySize }: Tokenizer): TokenArray {
  return vocabularySize <= 65_536 ? Uint16Array : Uint32Array;
}
