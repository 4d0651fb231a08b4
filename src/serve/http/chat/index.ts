import type { Context } from "hono";
import { answerStreamed, answerWhole, type Computing } from "../compute.ts";
import { type EndedReply, keyOf, memoryOf, reply, weighReply } from "../conversation/index.ts";
import { ApiProblem } from "../problems.ts";
import { readRequest } from "../request.ts";
import { stopsOf } from "../sampling.ts";
import { type Service, warningAbout } from "../service.ts";
import { type TokenCounts, usageOf } from "../usage.ts";
import { type ChatChoice, chatLogprobs, headOf } from "./answer.ts";
import { ChatRequest, saidIn, type ToldBefore } from "./request.ts";

export { ChatChunk, ChatCompletion } from "./answer.ts";
export { ChatRequest, heardIn, type ToldBefore } from "./request.ts";

/** `POST /v1/chat/completions`: the persona answers, as it does in a chat. */
export async function chat(
  context: Context,
  service: Service,
  onMistake: (error: unknown) => void,
): Promise<Response> {
  const { asked, ignored } = await readRequest(context, service, ChatRequest);
  const { ignored: notHeard, ...heard } = saidIn(asked.messages, service.persona.isModel ?? false);
  const headers = warningAbout([...ignored, ...notHeard]);
  const options = { model: asked.model, headers, onMistake };
  if (!asked.stream) {
    return answerWhole(context, service, options, async (computing) => {
      const choices: ChatChoice[] = [];
      const counts = await answerAll(service, { asked, ...heard }, computing, {
        text() {},
        end: (index, { text, finish }, logprobs) =>
          choices.push({
            index,
            message: { role: "assistant", content: text, refusal: null },
            logprobs,
            finish_reason: finish,
          }),
      });
      return { ...headOf(computing.run), object: "chat.completion", choices, usage: usageOf(counts) };
    });
  }
  return answerStreamed(context, service, options, async (stream, computing) => {
    const chunk = { ...headOf(computing.run), object: "chat.completion.chunk" };
    const send = (index: number, delta: object, logprobs: unknown = null, finish_reason: unknown = null) =>
      stream.send({ ...chunk, choices: [{ index, delta, logprobs, finish_reason }] });
    for (let index = 0; index < (asked.n ?? 1); index++) send(index, { role: "assistant", content: "" });
    const counts = await answerAll(service, { asked, ...heard }, computing, {
      text: (index, content) => send(index, { content }),
      end: (index, { finish }, logprobs) => send(index, {}, logprobs, finish),
    });
    if (asked.stream_options?.include_usage) stream.send({ ...chunk, choices: [], usage: usageOf(counts) });
    stream.sendDone();
  });
}

/** Told of each answer as it comes. */
interface Teller {
  text(index: number, text: string): void;
  end(index: number, ended: EndedReply, logprobs: ChatChoice["logprobs"]): void;
}

async function answerAll(
  service: Service,
  { asked, said, systemPrompt }: Omit<ToldBefore, "ignored"> & { asked: ChatRequest },
  computing: Computing,
  tell: Teller,
): Promise<TokenCounts> {
  const { persona, places } = service;
  const place = places.take(keyOf(said));
  const counts = { promptTokens: 0, drawnTokens: 0 };
  try {
    const memory = memoryOf(said, service, place.id);
    const request = {
      systemPrompt,
      seed: asked.seed,
      temperature: asked.temperature,
      topP: asked.top_p,
      minP: asked.min_p,
      maxTokens: asked.max_completion_tokens ?? asked.max_tokens,
      stops: stopsOf(asked),
    };
    for (let index = 0; index < (asked.n ?? 1); index++) {
      checkRun(service, computing);
      const drawing = { persona, memory, said, index, asked: request };
      const ended = await reply(drawing, computing, (text) => tell.text(index, text));
      counts.promptTokens = ended.promptTokens;
      counts.drawnTokens += ended.drawnTokens;
      // Of what was stopped, no end is told.
      computing.signal.throwIfAborted();
      tell.end(index, ended, await logprobsOf(service, asked, { memory, text: ended.text }, computing));
    }
    return counts;
  } finally {
    computing.drawn(counts);
    place.leave();
  }
}

async function logprobsOf(
  service: Service,
  { logprobs, top_logprobs }: ChatRequest,
  { memory, text }: { memory: ReturnType<typeof memoryOf>; text: string },
  computing: Computing,
): Promise<ChatChoice["logprobs"]> {
  if (!logprobs) return null;
  const { persona } = service;
  const { signal } = computing;
  const weighed = await weighReply({ persona, memory, text, likeliest: top_logprobs ?? 0 }, signal);
  return persona.withModel(async ({ tokenizer }) => {
    checkRun(service, computing);
    return chatLogprobs(weighed, tokenizer);
  });
}

/** @throws {ApiProblem} where another run answers by now: of one answer, no part is another's. */
function checkRun({ run }: Service, computing: Computing): void {
  if (run() === computing.run) return;
  throw new ApiProblem(503, "Another run was chosen before the answer's end: ask again.", {
    code: "model_changed",
    retryAfterSeconds: 1,
  });
}
