import * as z from "zod";
import type { Tokenizer } from "../../../tokenizer/index.ts";
import { ApiProblem } from "../problems.ts";
import { SamplingFields } from "../sampling.ts";

/** Likeliest tokens that are told for each place. OpenAI gives five; some programs ask for more. */
const mostLikeliest = 20;
/** Prompts in one request. */
const mostPrompts = 256;
/** Probabilities in one answer: as many prompts as may be, each as long as contexts are, with one likeliest token. */
const mostProbabilities = 2 ** 20;

/** What the description of the API calls an id: which is the highest depends on the run. */
export const tokenIdTitle = "Token id";
const TokenId = z.int().min(0).meta({ title: tokenIdTitle });

/** `POST /v1/completions`. */
export const CompletionRequest = z
  .object({
    ...SamplingFields,
    prompt: z
      .union([
        z.string(),
        z.array(TokenId).min(1),
        z.array(z.string()).min(1).max(mostPrompts),
        z.array(z.array(TokenId).min(1)).min(1).max(mostPrompts),
      ])
      .nullish()
      .describe("Text, or token ids, or several of them."),
    max_tokens: z.int().min(0).nullish().describe("Tokens to draw at most; 16 where it is left out."),
    echo: z.boolean().nullish().describe("Gives the prompt back in front of what follows it."),
    logprobs: z
      .int()
      .min(0)
      .max(mostLikeliest)
      .nullish()
      .describe("Tells how likely each token is, and so many of the likeliest in its place."),
  })
  .meta({
    if: { properties: { max_tokens: { const: 0 } }, required: ["max_tokens"] },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema.
    then: { properties: { echo: { const: true } }, required: ["echo"] },
  });
export type CompletionRequest = z.infer<typeof CompletionRequest>;

const usualMaxTokens = 16;

/** One text to be continued. */
export interface AskedPrompt {
  ids: number[];
  /** Ids at its start that nobody typed. */
  hidden: number;
}

/** How many tokens are drawn for each prompt. */
export function maxTokensOf({ max_tokens, echo }: CompletionRequest): number {
  if (max_tokens !== 0 || echo) return max_tokens ?? usualMaxTokens;
  throw new ApiProblem(400, "max_tokens: without echo, nothing would be left to answer.", {
    param: "max_tokens",
  });
}

/** @throws {ApiProblem} for text and ids that no model can read. */
export function promptsOf({ prompt }: CompletionRequest, tokenizer: Tokenizer): AskedPrompt[] {
  const texts = [prompt ?? ""].flat(1) as (string | number | number[])[];
  if (typeof texts[0] === "number") return [fromIds(texts as number[], tokenizer)];
  return (texts as (string | number[])[]).map((text) =>
    typeof text === "string" ? fromText(text, tokenizer) : fromIds(text, tokenizer),
  );
}

function fromText(text: string, tokenizer: Tokenizer): AskedPrompt {
  if (!text.isWellFormed()) {
    throw new ApiProblem(400, "prompt: a half of a surrogate pair stands alone.", { param: "prompt" });
  }
  const typed = tokenizer.encode(text);
  const opening = tokenizer.opening ?? (typed.length === 0 ? startOf(tokenizer) : undefined);
  return opening === undefined ? { ids: typed, hidden: 0 } : { ids: [opening, ...typed], hidden: 1 };
}

/** What a text of which nothing is known begins after. */
function startOf({ beginOfText, endOfText }: Tokenizer): number {
  const start = beginOfText ?? endOfText;
  if (start !== undefined) return start.id;
  throw new ApiProblem(400, "prompt: this model has no token for the beginning of a text.", {
    param: "prompt",
  });
}

function fromIds(ids: number[], { vocabularySize }: Tokenizer): AskedPrompt {
  if (ids.every((id) => id < vocabularySize)) return { ids, hidden: 0 };
  throw new ApiProblem(400, `prompt: a token id is not between 0 and ${vocabularySize - 1}.`, {
    param: "prompt",
  });
}

/**
 * Every token is told with so many of the likeliest, and an answer is put together in memory.
 *
 * @throws {ApiProblem} where that would be more than anybody scores at once.
 */
export function checkProbabilities(
  asked: CompletionRequest,
  prompts: AskedPrompt[],
  contextLength: number,
): void {
  if (typeof asked.logprobs !== "number") return;
  const tokens = prompts.map(({ ids }) => {
    const drawn = Math.min(maxTokensOf(asked), contextLength - ids.length);
    return asked.echo ? ids.length + drawn : drawn;
  });
  const all = tokens.reduce((sum, each) => sum + each, 0) * (asked.n ?? 1) * (1 + asked.logprobs);
  if (all <= mostProbabilities) return;
  throw new ApiProblem(
    400,
    `logprobs: that may be ${all} of them, and an answer has at most ${mostProbabilities}: ask about fewer prompts at a time.`,
    { param: "logprobs" },
  );
}

/** @throws {ApiProblem} for a prompt that leaves no room for what is to follow. */
export function checkLength({ ids }: AskedPrompt, contextLength: number): void {
  if (ids.length < contextLength) return;
  throw new ApiProblem(
    400,
    `This model's context has room for ${contextLength - 1} tokens of a prompt, and this one has ${ids.length}.`,
    { param: "prompt", code: "context_length_exceeded" },
  );
}
