export { TokenBuffer } from "./token-buffer.ts";
export {
  builtInTokenizerDirectory,
  builtInTokenizerName,
  loadTokenizer,
  openSharedTokenizer,
  readTokenizerFiles,
  type SharedTokenizer,
  type Tokenizer,
  type TokenizerFiles,
} from "./tokenizer.ts";
