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
  try {
    for (const [at, prompt] of prompts.entries()) {
      counts.promptTokens += prompt.ids.length;
      const told = (choice: CompletionChoice) => {
        computing.begun();
        tell({ ...choice, index: at * count + choice.index });
      };
      const echoed = asked.echo ? await echo(continuing, prompt, told) : "";
      if (maxTokensOf(asked) === 0) continue;
      const drawing = draw(continuing, prompt, { offset: [...echoed].length, tell: told });
      for await (const tokens of drawing) counts.drawnTokens += tokens;
    }
    return counts;
  } finally {
    computing.drawn(counts);
  }
}

/** Gives the prompt back for each of its continuations. */
async function echo(
  { model, asked, conversation, computing: { signal } }: Continuing,
  prompt: AskedPrompt,
  tell: (part: CompletionChoice) => void,
): Promise<string> {
  const text = model.tokenizer.decode(prompt.ids.slice(prompt.hidden));
  const likeliest = asked.logprobs ?? undefined;
  const weighing = likeliest !== undefined && { likeliest, conversation, signal };
  const logprobs = weighing ? await weighPrompt(model, prompt, weighing) : null;
  const finish_reason = maxTokensOf(asked) === 0 ? "length" : null;
  for (let index = 0; index < (asked.n ?? 1); index++) tell({ index, text, logprobs, finish_reason });
  return text;
}

/** Yields how many tokens were drawn for each part that it tells. */
async function* draw(
  { model, asked, conversation, computing: { signal } }: Continuing,
  { ids }: AskedPrompt,
  { offset, tell }: { offset: number; tell: (part: CompletionChoice) => void },
): AsyncGenerator<number> {
  const [count, maxTokens, likeliest] = [asked.n ?? 1, maxTokensOf(asked), asked.logprobs ?? undefined];
  const offsets = new Array<number>(count).fill(offset);
  const parts = drawParts(model, {
    ...{ ids, conversation, signal, maxTokens, count, likeliest },
    seed: asked.seed,
    temperature: asked.temperature ?? 1,
    topP: asked.top_p ?? 1,
    minP: asked.min_p ?? 0,
    stops: stopsOf(asked),
  });
  for await (const { index, text, ids, finish } of parts) {
    const from = offsets[index] ?? 0;
    const logprobs = likeliest === undefined ? null : textLogprobs(ids, model.tokenizer, from);
    offsets[index] = from + [...text].length;
    tell({ index, text, logprobs, finish_reason: finish ?? null });
    yield ids.length;
  }
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
