import type { Context } from "hono";
import type { Model } from "../../persona.ts";
import { answerStreamed, answerWhole, type Computing } from "../compute.ts";
import { readRequest } from "../request.ts";
import { type Service, warningAbout } from "../service.ts";
import { type TokenCounts, usageOf } from "../usage.ts";
import { type CompletionChoice, headOf, wholeAnswer } from "./answer.ts";
import { continueAll } from "./continue.ts";
import type { TextLogprobs } from "./logprobs.ts";
import {
  type AskedPrompt,
  CompletionRequest,
  checkLength,
  checkProbabilities,
  maxTokensOf,
  promptsOf,
} from "./request.ts";

export { Completion } from "./answer.ts";
export { namesIn } from "./logprobs.ts";
export { CompletionRequest, tokenIdTitle } from "./request.ts";

/** `POST /v1/completions`: the model continues any text, without the person and without the masks. */
export async function complete(
  context: Context,
  service: Service,
  onMistake: (error: unknown) => void,
): Promise<Response> {
  const { asked, ignored } = await readRequest(context, service, CompletionRequest);
  maxTokensOf(asked);
  const readFirst = await service.persona.withModel(async (model) => readPrompts(asked, model));
  const headers = warningAbout(ignored);
  const options = { model: asked.model, headers, onMistake };
  if (!asked.stream) {
    return answerWhole(context, service, options, async (computing) => {
      const choices = new Map<number, CompletionChoice>();
      const counts = await run(service, { asked, readFirst }, computing, (part) => join(choices, part));
      return wholeAnswer(computing.run, [...choices.values()], counts);
    });
  }
  return answerStreamed(context, service, options, async (stream, computing) => {
    const head = headOf(computing.run);
    const tell = (part: CompletionChoice) => stream.send({ ...head, choices: [part] });
    const counts = await run(service, { asked, readFirst }, computing, tell);
    if (asked.stream_options?.include_usage) stream.send({ ...head, choices: [], usage: usageOf(counts) });
    stream.sendDone();
  });
}

/** A request's prompts, as one model reads them. */
interface ReadPrompts {
  engine: Model["engine"];
  prompts: AskedPrompt[];
}

/** @throws {ApiProblem} for a prompt that the model cannot continue. */
function readPrompts(asked: CompletionRequest, { engine, tokenizer }: Model): ReadPrompts {
  const prompts = promptsOf(asked, tokenizer);
  for (const prompt of prompts) checkLength(prompt, engine.contextLength);
  checkProbabilities(asked, prompts, engine.contextLength);
  return { engine, prompts };
}

/**
 * What is drawn stays with one model, whichever is chosen meanwhile.
 *
 * @param readFirst The prompts as the model read them that answered when they came.
 */
function run(
  { persona, places }: Service,
  { asked, readFirst }: { asked: CompletionRequest; readFirst: ReadPrompts },
  computing: Computing,
  tell: (part: CompletionChoice) => void,
): Promise<TokenCounts> {
  return persona.withModel(async (model) => {
    const place = places.take("completions");
    try {
      const isSame = model.engine === readFirst.engine;
      const { prompts } = isSame ? readFirst : readPrompts(asked, model);
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
