import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { EndedReply } from "../conversation/index.ts";
import { secondsNow } from "../service.ts";
import type { ResponseRequest } from "./request.ts";

const Status = z.enum(["in_progress", "completed", "incomplete", "failed"]);

const Text = z.object({
  type: z.literal("output_text"),
  text: z.string(),
  annotations: z.array(z.never()),
  logprobs: z.array(z.never()),
});
type Text = z.infer<typeof Text>;

const OutputMessage = z.object({
  id: z.string(),
  type: z.literal("message"),
  role: z.literal("assistant"),
  status: z.enum(["in_progress", "completed", "incomplete"]),
  content: z.array(Text),
});
type OutputMessage = z.infer<typeof OutputMessage>;

const ResponseUsage = z.object({
  input_tokens: z.int(),
  input_tokens_details: z.object({ cached_tokens: z.int(), cache_write_tokens: z.int() }),
  output_tokens: z.int(),
  output_tokens_details: z.object({ reasoning_tokens: z.int() }),
  total_tokens: z.int(),
});

/** What `POST /v1/responses` answers. */
export const ApiResponse = z.object({
  id: z.string(),
  object: z.literal("response"),
  created_at: z.int(),
  completed_at: z.int().nullable(),
  status: Status,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  incomplete_details: z.object({ reason: z.enum(["max_output_tokens", "content_filter"]) }).nullable(),
  instructions: z.string().nullable(),
  max_output_tokens: z.int().nullable(),
  model: z.string(),
  output: z.array(OutputMessage),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.null(),
  store: z.literal(false),
  temperature: z.number().nullable(),
  top_p: z.number().nullable(),
  text: z.object({ format: z.object({ type: z.literal("text") }) }),
  tool_choice: z.literal("none"),
  tools: z.array(z.never()),
  truncation: z.literal("auto"),
  metadata: z.record(z.string(), z.string()),
  usage: ResponseUsage.optional(),
});
export type ApiResponse = z.infer<typeof ApiResponse>;

/**
 * A response of which nothing is there yet.
 *
 * @param isModel Whether who answers reads instructions.
 */
export function newResponse(model: string, asked: ResponseRequest, isModel: boolean): ApiResponse {
  return {
    id: `resp_${randomUUID()}`,
    object: "response",
    created_at: secondsNow(),
    completed_at: null,
    status: "in_progress",
    error: null,
    incomplete_details: null,
    instructions: isModel ? (asked.instructions ?? null) : null,
    max_output_tokens: asked.max_output_tokens ?? null,
    model,
    output: [],
    parallel_tool_calls: false,
    previous_response_id: null,
    store: false,
    temperature: asked.temperature ?? null,
    top_p: asked.top_p ?? null,
    text: { format: { type: "text" } },
    tool_choice: "none",
    tools: [],
    truncation: "auto",
    metadata: {},
  };
}

export function newMessage(): OutputMessage {
  return {
    id: `msg_${randomUUID()}`,
    type: "message",
    role: "assistant",
    status: "in_progress",
    content: [],
  };
}

export function textPart(text: string): Text {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

/** The message with all that was said. */
export function endedMessage(message: OutputMessage, { text, finish }: EndedReply): OutputMessage {
  return {
    ...message,
    status: finish === "stop" ? "completed" : "incomplete",
    content: [textPart(text)],
  };
}

export function endedResponse(response: ApiResponse, message: OutputMessage, ended: EndedReply): ApiResponse {
  const { finish, promptTokens, drawnTokens } = ended;
  const reason = finish === "length" ? "max_output_tokens" : "content_filter";
  return {
    ...response,
    status: finish === "stop" ? "completed" : "incomplete",
    completed_at: finish === "stop" ? secondsNow() : null,
    incomplete_details: finish === "stop" ? null : { reason },
    output: [endedMessage(message, ended)],
    usage: {
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: drawnTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: promptTokens + drawnTokens,
    },
  };
}
