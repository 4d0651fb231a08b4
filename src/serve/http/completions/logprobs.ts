import type { Tokenizer } from "../../../tokenizer/index.ts";
import type { WeighedId } from "../../engines/index.ts";

/** How likely each token of a text is, as `/v1/completions` tells it: what follows nothing has no probability. */
export interface TextLogprobs {
  tokens: string[];
  token_logprobs: (number | null)[];
  top_logprobs: (Record<string, number> | null)[];
  /** Where each token begins, in characters. */
  text_offset: number[];
}

/** @param offset Where in the text the first of them begins. */
export function textLogprobs(ids: WeighedId[], tokenizer: Tokenizer, offset: number): TextLogprobs {
  const logprobs: TextLogprobs = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] };
  const nameOf = namesIn(tokenizer);
  let bytes = 0;
  for (const { id, logProbability, likeliest } of ids) {
    logprobs.tokens.push(nameOf(id));
    logprobs.token_logprobs.push(logProbability ?? null);
    logprobs.top_logprobs.push(
      logProbability === undefined ? null : named(nameOf, [...likeliest, [id, logProbability]]),
    );
    logprobs.text_offset.push(offset + bytes);
    bytes += charactersIn(tokenizer.bytesOf(id));
  }
  return logprobs;
}

/** Of tokens that are written the same, the likeliest. */
function named(nameOf: (id: number) => string, likely: [id: number, logProbability: number][]) {
  const found = new Map<string, number>();
  for (const [id, logProbability] of likely) {
    const name = nameOf(id);
    found.set(name, Math.max(found.get(name) ?? Number.NEGATIVE_INFINITY, logProbability));
  }
  return Object.fromEntries(found);
}

/** A token's text; what is not whole characters as OpenAI writes it: `bytes:\xf0\x9f`. */
export function namesIn(tokenizer: Tokenizer): (id: number) => string {
  const special = new Map(tokenizer.specialTokens.map(({ id, content }) => [id, content]));
  return (id) => {
    const bytes = tokenizer.bytesOf(id);
    if (bytes.length === 0) return special.get(id) ?? `<${id}>`;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return `bytes:${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
    }
  };
}

/** Bytes that begin a character of UTF-8: of a character in several tokens, the first has it. */
function charactersIn(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + ((byte & 0xc0) === 0x80 ? 0 : 1), 0);
}
