import type { Context } from "hono";
import type { ToldBefore } from "../chat/index.ts";
import { answerStreamed, answerWhole, type Computing } from "../compute.ts";
import { type EndedReply, keyOf, memoryOf, reply } from "../conversation/index.ts";
import type { EventStream } from "../event-stream.ts";
import { readRequest } from "../request.ts";
import { type Service, warningAbout } from "../service.ts";
import {
  type ApiResponse,
  endedMessage,
  endedResponse,
  newMessage,
  newResponse,
  textPart,
} from "./answer.ts";
import { ResponseRequest, refuseState, saidIn } from "./request.ts";

export { ApiResponse } from "./answer.ts";
export { ResponseRequest } from "./request.ts";

/** `POST /v1/responses`: the persona answers, and keeps nothing of it. */
export async function respond(
  context: Context,
  service: Service,
  onMistake: (error: unknown) => void,
): Promise<Response> {
  const { asked, ignored } = await readRequest(context, service, ResponseRequest, refuseState);
  const isModel = service.persona.isModel ?? false;
  const { ignored: notHeard, ...heard } = saidIn(asked, isModel);
  const headers = warningAbout([...ignored, ...notHeard]);
  const options = { model: asked.model, headers, onMistake };
  const answer = (computing: Computing, tell: (text: string) => void) =>
    answerOnce(service, { asked, ...heard }, computing, tell);
  if (asked.stream) {
    return answerStreamed(context, service, options, (stream, computing) =>
      streamResponse(stream, newResponse(computing.run, asked, isModel), (tell) => answer(computing, tell)),
    );
  }
  return answerWhole(context, service, options, async (computing) =>
    endedResponse(
      newResponse(computing.run, asked, isModel),
      newMessage(),
      await answer(computing, () => {}),
    ),
  );
}

async function answerOnce(
  service: Service,
  { asked, said, systemPrompt }: Omit<ToldBefore, "ignored"> & { asked: ResponseRequest },
  computing: Computing,
  tell: (text: string) => void,
): Promise<EndedReply> {
  const place = service.places.take(keyOf(said));
  try {
    const memory = memoryOf(said, service, place.id);
    const drawing = {
      systemPrompt,
      seed: undefined,
      temperature: asked.temperature,
      topP: asked.top_p,
      maxTokens: asked.max_output_tokens,
      stops: [],
    };
    const { persona } = service;
    const ended = await reply({ persona, memory, said, index: 0, asked: drawing }, computing, tell);
    computing.drawn(ended);
    computing.signal.throwIfAborted();
    return ended;
  } finally {
    place.leave();
  }
}

/** The events of one answer, in the order in which OpenAI's clients put them together. */
async function streamResponse(
  stream: EventStream,
  response: ApiResponse,
  answer: (tell: (text: string) => void) => Promise<EndedReply>,
): Promise<void> {
  let sequence_number = 0;
  const send = (type: string, details: object) =>
    stream.send({ type, sequence_number: sequence_number++, ...details }, type);
  const message = newMessage();
  const item = { output_index: 0 };
  const part = { item_id: message.id, output_index: 0, content_index: 0 };
  send("response.created", { response });
  send("response.in_progress", { response });
  send("response.output_item.added", { ...item, item: message });
  send("response.content_part.added", { ...part, part: textPart("") });
  let ended: EndedReply;
  try {
    ended = await answer((delta) => send("response.output_text.delta", { ...part, delta, logprobs: [] }));
  } catch (error) {
    const failure = { code: "server_error", message: "The answer was not finished." };
    send("response.failed", { response: { ...response, status: "failed", error: failure } });
    throw error;
  }
  send("response.output_text.done", { ...part, text: ended.text, logprobs: [] });
  send("response.content_part.done", { ...part, part: textPart(ended.text) });
  send("response.output_item.done", { ...item, item: endedMessage(message, ended) });
  const whole = endedResponse(response, message, ended);
  send(`response.${whole.status}`, { response: whole });
}
