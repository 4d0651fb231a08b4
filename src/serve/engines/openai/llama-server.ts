import * as z from "zod";
import { likeliest } from "../limits.ts";
import { type Dialect, largestSeed } from "./dialect.ts";

/** Logits are far smaller, so that an id with this much more is drawn whatever else there is. */
const decisive = 1e4;

const Probability = z.object({ id: z.int(), logprob: z.number() });
const Step = Probability.extend({ top_logprobs: z.array(Probability).default([]) });
const Event = z.object({
  index: z.int().default(0),
  content: z.string().default(""),
  tokens: z.array(z.int()).default([]),
  completion_probabilities: z.array(Step).optional(),
});

/** What `GET /props` says of itself. */
export const LlamaServerProps = z.object({
  total_slots: z.int(),
  default_generation_settings: z.object({ n_ctx: z.int() }),
});

/** llama.cpp's `llama-server`, by its own `/completion`: `/v1/completions` gives no ids. */
export function llamaServer(
  model: string,
  { total_slots, default_generation_settings }: z.infer<typeof LlamaServerProps>,
): Dialect {
  return {
    name: "llama-server",
    model,
    contextLength: default_generation_settings.n_ctx,
    maxCount: total_slots,
    path: "/completion",
    bodyOf: ({ prompt, count, bias, wantsLogProbabilities, maxTokens, temperature, topP, minP, seed }) => ({
      prompt,
      n_predict: maxTokens,
      ...(count > 1 && { n_cmpl: count }),
      // These alone, in this order: what the owner of a server has set for others is nothing that the run was calibrated with.
      samplers: ["top_k", "top_p", "min_p", "temperature"],
      temperature,
      top_k: likeliest,
      top_p: topP,
      min_p: minP,
      seed: seed % largestSeed,
      logit_bias: [...bias].map(([id, added]) => [
        id,
        added === -Infinity ? false : Math.min(added, decisive),
      ]),
      n_probs: wantsLogProbabilities ? 1 : 0,
      ...always,
      stream: true,
    }),
    partsOf(event) {
      const { index, content, tokens, completion_probabilities } = Event.parse(event);
      if (tokens.length === 0) return [];
      const logProbabilities = completion_probabilities?.map(({ logprob }) => logprob);
      return [{ index, ids: tokens, text: content, ...(logProbabilities && { logProbabilities }) }];
    },
    bodyOfNext: (prompt) => ({ prompt, n_predict: 1, temperature: 0, n_probs: likeliest, ...always }),
    nextOf(answer) {
      const [step] = Event.parse(answer).completion_probabilities ?? [];
      return new Map(step?.top_logprobs.map(({ id, logprob }) => [id, logprob]));
    },
    bodyOfTokenize: (content) => ({ content, add_special: false, parse_special: false }),
  };
}

const always = { return_tokens: true, cache_prompt: true };
