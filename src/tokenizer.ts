/** A tokeniser whose `encode` treats every text as ordinary text. */
export interface Tokenizer {
  /** `gpt2`, or the name of the model it came with. */
  readonly name: string;
  /** sha256 of `tokenizer.json`, in hex. */
  readonly sha256: string;
  /** The highest id plus one, added tokens included. */
  readonly vocabularySize: number;
  /** The chat template of `tokenizer_config.json` (or `chat_template.jinja`), when there is one. */
  readonly chatTemplate: string | undefined;
  /** Ids of a text; a typed `<|endoftext|>` becomes ordinary ids. */
  encode(text: string): number[];
  /** Ids of text written by a template, in which special tokens are meant. */
  encodeTemplate(text: string): number[];
  /** The id of a special token by its exact content. */
  specialId(content: string): number | undefined;
  /** The bytes an id stands for; special tokens give none. */
  bytesOf(id: number): Uint8Array;
  decode(ids: Iterable<number>): string;
}

/**
 * Loads `tokenizer.json` and `tokenizer_config.json` from a directory.
 *
 * `directory` undefined: GPT-2's own, which comes with the package.
 */
export function loadTokenizer(_directory?: string): Promise<Tokenizer> {
  throw new Error("being written");
}
