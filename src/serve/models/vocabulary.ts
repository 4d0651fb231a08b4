import type { LlamaModel, Token } from "node-llama-cpp";
import { escapePattern } from "../../letters.ts";
import { byteCharacters, bytesOfPiece, type TokenBuffer, type Tokenizer } from "../../tokenizer/index.ts";

/** What tokens are in a GGUF (`tokenizer.ggml.token_type`). */
const kinds = { text: 1, unknown: 2, control: 3, added: 4, unused: 5, byte: 6 } as const;

/** The tokeniser that a GGUF carries, by the library's own implementation of it. */
export function tokenizerOf(model: LlamaModel): Tokenizer {
  const { tokenizer, general } = model.fileInfo.metadata;
  const { tokens, token_type: types, model: family } = tokenizer.ggml;
  const bytesOfWritten = family === "gpt2" ? bytesByCharacters() : bytesOfPiece;
  const isStructure = (id: number) => {
    const kind = types?.[id];
    return (
      kind === kinds.control ||
      kind === kinds.unknown ||
      kind === kinds.unused ||
      model.isEogToken(id as Token)
    );
  };
  const contentOf = (id: number) => tokens[id] ?? "";
  const bytesOf = (id: number): Uint8Array => {
    if (id < 0 || id >= tokens.length || isStructure(id)) return new Uint8Array();
    // What was added to a vocabulary of bytes is spelled as it is.
    const isSpelled = types?.[id] === kinds.added && family === "gpt2";
    return isSpelled ? Buffer.from(contentOf(id)) : bytesOfWritten(contentOf(id));
  };
  const special = new Map<string, number>();
  for (let id = 0; id < tokens.length; id++) if (isStructure(id)) special.set(contentOf(id), id);
  const named = (id: Token | null) => (id === null ? undefined : { id, content: contentOf(id) });
  const encode = encoderOf(model, tokens, types);

  return {
    sha256: `${general.name ?? ""} ${tokens.length}`,
    vocabularySize: tokens.length,
    chatTemplate: tokenizer.chat_template,
    encode,
    encodeInto: (text, into: TokenBuffer) => into.append(encode(text)),
    encodeTemplate: (text) => model.tokenize(text, true, "trimLeadingSpace"),
    specialTokens: [...special].map(([content, id]) => ({ id, content })),
    specialId: (content) => special.get(content),
    beginOfText: named(model.tokens.bos),
    endOfText: named(model.tokens.eos),
    opening: model.tokens.shouldPrependBosToken ? (model.tokens.bos ?? undefined) : undefined,
    bytesOf,
    decode: (ids) => Buffer.concat(Array.from(ids, bytesOf)).toString("utf8"),
    share: () => undefined,
  };
}

/**
 * Encodes what people type. Tokens that were added to the vocabulary are found in every text, also those that a template
 * opens turns with: where somebody types one, it is cut after its first character, so that it is found no more.
 */
function encoderOf(model: LlamaModel, tokens: readonly string[], types: readonly number[] | undefined) {
  const added = tokens.filter((content, id) => types?.[id] === kinds.added && content.trim().length > 1);
  const longestFirst = added.toSorted((a, b) => b.length - a.length).map(escapePattern);
  const pattern = added.length > 0 ? new RegExp(`(?=${longestFirst.join("|")})`, "u") : undefined;
  return (text: string): number[] => {
    const parts = pattern === undefined ? [text] : text.toWellFormed().split(pattern);
    return parts.flatMap((part, index) => {
      if (index === 0 && !pattern?.test(part)) return encodePart(model, part);
      const [first = "", ...rest] = part;
      return [...encodePart(model, first), ...encodePart(model, rest.join(""))];
    });
  };
}

function encodePart(model: LlamaModel, text: string): number[] {
  return text === "" ? [] : model.tokenize(text, false, "trimLeadingSpace");
}

/** The bytes of a token whose characters stand for a byte each. */
function bytesByCharacters(): (token: string) => Uint8Array {
  const byteOf = new Map(byteCharacters().map((character, byte) => [character, byte]));
  return (token) => Uint8Array.from(token, (character) => byteOf.get(character) ?? 0x3f);
}
