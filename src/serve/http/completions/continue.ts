import type { Model } from "../../persona.ts";
import type { Computing } from "../compute.ts";
import { ApiProblem } from "../problems.ts";
import { stopsOf } from "../sampling.ts";
import type { TokenCounts } from "../usage.ts";
import type { CompletionChoice } from "./answer.ts";
import { drawParts } from "./draw.ts";
import { type TextLogprobs, textLogprobs } from "./logprobs.ts";
import { type AskedPrompt, type CompletionRequest, maxTokensOf } from "./request.ts";

interface Continuing {
  model: Model;
  asked: CompletionRequest;
  prompts: AskedPrompt[];
  /** Names the state that is evaluated. */
  conversation: string;
  computing: Computing;
}

/** Continues one prompt after the other, and tells of each part as it comes. */
export async function continueAll(
  continuing: Continuing,
  tell: (part: CompletionChoice) => void,
): Promise<TokenCounts> {
  const { asked, prompts, computing } = continuing;
  const count = asked.n ?? 1;
  const counts = { promptTokens: 0, drawnTokens: 0 };
  for (const [at, prompt] of prompts.entries()) {
    if (computing.signal.aborted) break;
    counts.promptTokens += prompt.ids.length;
    const told = (choice: CompletionChoice) => {
      computing.begun();
      tell({ ...choice, index: at * count + choice.index });
    };
    counts.drawnTokens += await continueOne(continuing, prompt, told);
  }
  computing.drawn(counts);
  return counts;
}

/** @returns How many tokens were drawn. */
async function continueOne(
  { model, asked, conversation, computing: { signal } }: Continuing,
  prompt: AskedPrompt,
  tell: (part: CompletionChoice) => void,
): Promise<number> {
  const { tokenizer } = model;
  const [count, maxTokens] = [asked.n ?? 1, maxTokensOf(asked)];
  const likeliest = asked.logprobs ?? undefined;
  const offsets = new Array<number>(count).fill(0);
  if (asked.echo) {
    const text = tokenizer.decode(prompt.ids.slice(prompt.hidden));
    const told =
      likeliest === undefined ? null : await weighPrompt(model, prompt, { likeliest, conversation, signal });
    const finish_reason = maxTokens === 0 ? "length" : null;
    for (let index = 0; index < count; index++) tell({ index, text, logprobs: told, finish_reason });
    offsets.fill([...text].length);
  }
  if (maxTokens === 0) return 0;
  const parts = drawParts(model, {
    ...{ ids: prompt.ids, conversation, signal, maxTokens, count, likeliest },
    seed: asked.seed,
    temperature: asked.temperature ?? 1,
    topP: asked.top_p ?? 1,
    minP: asked.min_p ?? 0,
    stops: stopsOf(asked),
  });
  let drawn = 0;
  for await (const { index, text, ids, finish } of parts) {
    const logprobs = likeliest === undefined ? null : textLogprobs(ids, tokenizer, offsets[index] ?? 0);
    offsets[index] = (offsets[index] ?? 0) + [...text].length;
    drawn += ids.length;
    tell({ index, text, logprobs, finish_reason: finish ?? null });
  }
  return drawn;
}

interface Weighing {
  likeliest: number;
  conversation: string;
  signal: AbortSignal;
}

/** How likely each token of the prompt is after those before it. */
async function weighPrompt(
  { engine, tokenizer }: Model,
  { ids, hidden }: AskedPrompt,
  { likeliest, conversation, signal }: Weighing,
): Promise<TextLogprobs> {
  const [first = 0, ...others] = ids;
  const weighed = await engine.weigh([first], others, likeliest, { conversation, signal });
  if (weighed === undefined) {
    throw new ApiProblem(400, "logprobs: the server that computes here cannot tell that of a prompt.", {
      param: "logprobs",
    });
  }
  const all = [{ id: first, logProbability: undefined, likeliest: [] }, ...weighed];
  return textLogprobs(all.slice(hidden), tokenizer, 0);
}
