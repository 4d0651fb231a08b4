import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Tokenizer } from "../../../tokenizer/index.ts";
import type { WeighedId } from "../../engines/index.ts";
import { namesIn } from "../completions/index.ts";
import { secondsNow } from "../service.ts";
import { Usage } from "../usage.ts";

const TopLogprob = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.int()).nullable(),
});
const TokenLogprob = z.object({ ...TopLogprob.shape, top_logprobs: z.array(TopLogprob) });
const Logprobs = z.object({ content: z.array(TokenLogprob), refusal: z.null() });
type Logprobs = z.infer<typeof Logprobs>;

const Finish = z.enum(["stop", "length", "content_filter"]);

const Choice = z.object({
  index: z.int(),
  message: z.object({ role: z.literal("assistant"), content: z.string(), refusal: z.null() }),
  logprobs: Logprobs.nullable(),
  finish_reason: Finish,
});
export type ChatChoice = z.infer<typeof Choice>;

const Head = z.object({ id: z.string(), created: z.int(), model: z.string() });

/** What `POST /v1/chat/completions` answers. */
export const ChatCompletion = z.object({
  ...Head.shape,
  object: z.literal("chat.completion"),
  choices: z.array(Choice),
  usage: Usage,
});

/** One event of a streamed answer. */
export const ChatChunk = z.object({
  ...Head.shape,
  object: z.literal("chat.completion.chunk"),
  choices: z.array(
    z.object({
      index: z.int(),
      delta: z.object({ role: z.literal("assistant").optional(), content: z.string().optional() }),
      logprobs: Logprobs.nullable(),
      finish_reason: Finish.nullable(),
    }),
  ),
  usage: Usage.nullish(),
});

/** What all parts of one answer have in common. */
export function headOf(model: string): z.infer<typeof Head> {
  return { id: `chatcmpl-${randomUUID()}`, created: secondsNow(), model };
}

export function chatLogprobs(ids: WeighedId[] | undefined, tokenizer: Tokenizer): Logprobs | null {
  if (ids === undefined) return null;
  const nameOf = namesIn(tokenizer);
  const told = (id: number, logprob: number) => ({
    token: nameOf(id),
    logprob,
    bytes: [...tokenizer.bytesOf(id)],
  });
  const content = ids.map(({ id, logProbability = 0, likeliest }) => ({
    ...told(id, logProbability),
    top_logprobs: likeliest.map(([other, logprob]) => told(other, logprob)),
  }));
  return { content, refusal: null };
}
