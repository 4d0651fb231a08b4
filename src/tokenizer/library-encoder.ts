import { Tokenizer } from "@huggingface/tokenizers";
import type { Encode, TokenizerModel } from "./byte-level-encoder.ts";

/** The library's public stages, called apart for the memo. Its own types do not resolve: they import without `.js`. */
interface Stages {
  normalizer: { normalize(text: string): string } | null;
  pre_tokenizer: { pre_tokenize(text: string): string[] };
  model: { encode(pieces: string[]): string[] };
}

/** A slot of the memo costs some 100 bytes; chats repeat a few ten thousand words. */
const memoSlots = 100_000;

/** The encoder of every other byte-level tokeniser (Llama 3, Qwen, …): the library's, with a memo in front of its merges. */
export function libraryEncoder(json: TokenizerModel, config: object): Encode {
  const vocabulary = json.model?.vocab ?? {};
  // A typed special token is found by way of `added_tokens`, even with add_special_tokens: false. Without them it is text.
  const ordinary = {
    ...json,
    added_tokens: [],
    post_processor: null,
    pre_tokenizer: withUnicodeSpaces(json.pre_tokenizer),
  };
  const { normalizer, pre_tokenizer, model }: Stages = new Tokenizer(ordinary, config);
  let memo = new Map<string, number[]>();

  return (text, into) => {
    if (text === "") return;
    const wellFormed = text.toWellFormed();
    for (const piece of pre_tokenizer.pre_tokenize(normalizer?.normalize(wellFormed) ?? wellFormed)) {
      let known = memo.get(piece);
      if (known === undefined) {
        known = model.encode([piece]).map((token) => vocabulary[token] as number);
        if (memo.size >= memoSlots) memo = new Map();
        memo.set(piece, known);
      }
      into.append(known);
    }
  };
}

/** Unicode's White_Space, which the reference tokenisers mean by `\s`; JavaScript's has U+FEFF and lacks U+0085. */
const space = "\\t\\n\\u000b\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const byteLevelPattern =
  "'s|'t|'re|'ve|'m|'ll|'d" +
  `| ?\\p{L}+| ?\\p{N}+| ?[^${space}\\p{L}\\p{N}]+|[${space}]+(?![^${space}])|[${space}]+`;

/** Rewrites each `ByteLevel` pre-tokeniser so that it splits by Unicode's idea of a space. */
function withUnicodeSpaces(preTokenizer: unknown): unknown {
  const node = preTokenizer as { type?: string; use_regex?: boolean; pretokenizers?: unknown[] } | null;
  if (node?.type === "Sequence")
    return { ...node, pretokenizers: node.pretokenizers?.map(withUnicodeSpaces) };
  if (node?.type !== "ByteLevel" || node.use_regex === false) return node;

  const split = { type: "Split", pattern: { Regex: byteLevelPattern }, behavior: "Isolated", invert: false };
  return { type: "Sequence", pretokenizers: [split, { ...node, use_regex: false }] };
}
