import { UserError } from "../errors.ts";
import {
  type ByteLevelTables,
  byteLevelEncoder,
  byteLevelTablesOf,
  type Encode,
  type TokenizerModel,
} from "./byte-level-encoder.ts";
import {
  type SentencePieceTables,
  sentencePieceEncoder,
  sentencePieceTablesOf,
} from "./sentence-piece-encoder.ts";

/** What is read of a `tokenizer.json`. */
export interface TokenizerJson extends TokenizerModel {
  added_tokens?: { id: number; content: string; special?: boolean }[];
  decoder?: unknown;
}

/** What an encoder of this project's own looks up. */
export type EncoderTables = ByteLevelTables | SentencePieceTables;

/** @throws {UserError} for a tokeniser that would lose what somebody types. */
export function parseTokenizer(bytes: Buffer, file: string): TokenizerJson {
  let json: TokenizerJson | undefined;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    // Answered below, like every other content that is no tokeniser.
  }
  if (json === undefined || !(isSentencePiece(json) || isByteLevel(json))) {
    throw new UserError(
      `${file} is neither byte-level BPE nor SentencePiece's BPE with bytes to fall back on.`,
      {
        fix: "Choose a base whose tokeniser loses no character: GPT-2, Llama, Qwen, SmolLM, Gemma, Mistral and most newer models have one.",
      },
    );
  }
  return json;
}

function isByteLevel({ model, decoder }: TokenizerJson): boolean {
  return model?.type === "BPE" && (JSON.stringify(decoder) ?? "").includes('"ByteLevel"');
}

/** SentencePiece, written as BPE that falls back on bytes. */
export function isSentencePiece({ model }: TokenizerJson): boolean {
  return model?.type === "BPE" && model.byte_fallback === true;
}

/**
 * SentencePiece keeps some text beside the vocabulary too, such as Gemma's several spaces: what is not called special is
 * text there.
 */
export function structureOf(json: TokenizerJson): { id: number; content: string }[] {
  const { added_tokens = [], model } = json;
  const isText = ({ content, special }: { content: string; special?: boolean }) =>
    isSentencePiece(json) && special === false && content in (model?.vocab ?? {});
  return added_tokens.filter((token) => !isText(token));
}

/** Undefined where a library has to encode. */
export function encoderTablesOf(
  json: TokenizerJson,
  structure: { content: string }[],
): EncoderTables | undefined {
  if (!isSentencePiece(json)) return byteLevelTablesOf(json);
  const tables = sentencePieceTablesOf(json, new Set(structure.map(({ content }) => content)));
  if (tables !== undefined) return tables;
  throw new Error("its normaliser or pre-tokeniser changes texts, or a byte has no id");
}

export function encoderOf(tables: EncoderTables): Encode {
  return "characterIds" in tables ? sentencePieceEncoder(tables) : byteLevelEncoder(tables);
}
