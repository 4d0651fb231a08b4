export { byteCharacters } from "./byte-level-encoder.ts";
export { bytesOfPiece } from "./sentence-piece-encoder.ts";
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
export { parseTokenizerConfig, templateIn } from "./tokenizer-config.ts";
