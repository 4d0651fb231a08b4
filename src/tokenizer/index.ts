export { TokenBuffer } from "./token-buffer.ts";
export {
  builtInTokenizerDirectory,
  builtInTokenizerName,
  createSharedTokenizer,
  loadTokenizer,
  readTokenizerFiles,
  type SharedTokenizer,
  type Tokenizer,
  type TokenizerFiles,
  tokenizerFileNames,
} from "./tokenizer.ts";
