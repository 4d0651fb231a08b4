import type { Context } from "hono";
import { readJsonBody } from "../access/index.ts";
import { answerStreamed, answerWhole, type Computing } from "../compute.ts";
import { ignoredFields, understood } from "../problems.ts";
import { modelFor, type Service, warningAbout } from "../service.ts";
import { type TokenCounts, usageOf } from "../usage.ts";
import { type CompletionChoice, headOf, wholeAnswer } from "./answer.ts";
import { continueAll } from "./continue.ts";
import type { TextLogprobs } from "./logprobs.ts";
import { CompletionRequest, checkLength, maxTokensOf, promptsOf } from "./request.ts";

export { Completion } from "./answer.ts";
export { namesIn } from "./logprobs.ts";
export { CompletionRequest, tokenIdTitle } from "./request.ts";

/** `POST /v1/completions`: the model continues any text, without the person and without the masks. */
export async function complete(
  context: Context,
  service: Service,
  onMistake: (error: unknown) => void,
): Promise<Response> {
  const body = await readJsonBody(context.req.raw);
  const asked = understood(CompletionRequest, body);
  const model = modelFor(service, asked.model);
  maxTokensOf(asked);
  await service.persona.withModel(async ({ engine, tokenizer }) => {
    for (const prompt of promptsOf(asked, tokenizer)) checkLength(prompt, engine.contextLength);
  });
  const options = { headers: warningAbout(ignoredFields(CompletionRequest, body)), onMistake };
  if (!asked.stream) {
    return answerWhole(context, service, options, async (computing) => {
      const choices = new Map<number, CompletionChoice>();
      const counts = await run(service, asked, computing, (part) => join(choices, part));
      return wholeAnswer(model, [...choices.values()], counts);
    });
  }
  const head = headOf(model);
  return answerStreamed(context, service, options, async (stream, computing) => {
    const counts = await run(service, asked, computing, (part) => stream.send({ ...head, choices: [part] }));
    if (asked.stream_options?.include_usage) stream.send({ ...head, choices: [], usage: usageOf(counts) });
    stream.sendDone();
  });
}

/** What is drawn stays with one model, whichever is chosen meanwhile. */
function run(
  { persona, places }: Service,
  asked: CompletionRequest,
  computing: Computing,
  tell: (part: CompletionChoice) => void,
): Promise<TokenCounts> {
  return persona.withModel(async (model) => {
    const place = places.take("completions");
    try {
      const prompts = promptsOf(asked, model.tokenizer);
      for (const prompt of prompts) checkLength(prompt, model.engine.contextLength);
      return await continueAll({ model, asked, prompts, conversation: place.id, computing }, tell);
    } finally {
      place.leave();
    }
  });
}

/** Puts a part behind those that came before it. */
function join(choices: Map<number, CompletionChoice>, part: CompletionChoice): void {
  const before = choices.get(part.index);
  if (before === undefined) return void choices.set(part.index, structuredClone(part));
  before.text += part.text;
  before.finish_reason = part.finish_reason;
  for (const name of ["tokens", "token_logprobs", "top_logprobs", "text_offset"] as const)
    (before.logprobs?.[name] as TextLogprobs[typeof name] | undefined)?.push(
      ...((part.logprobs?.[name] ?? []) as never[]),
    );
}
