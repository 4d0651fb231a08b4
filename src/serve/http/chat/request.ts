import * as z from "zod";
import type { SaidBefore } from "../conversation/index.ts";
import { SamplingFields } from "../sampling.ts";

const mostLikeliest = 20;
/** More than any context holds. */
const mostMessages = 2000;

const Part = z.looseObject({ type: z.string(), text: z.string().nullish() });

const Message = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: z.union([z.string(), z.array(Part)]).nullish(),
  name: z
    .string()
    .max(200)
    .nullish()
    .describe("Who that is: a name that training knows, or a Discord id of friends in persona.json."),
});

/** `POST /v1/chat/completions`. */
export const ChatRequest = z.object({
  ...SamplingFields,
  messages: z.array(Message).min(1).max(mostMessages),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(mostLikeliest).nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

interface Understood {
  said: SaidBefore[];
  /** What an instruction model is told first. */
  systemPrompt?: string;
  /** What of the messages is not read. */
  ignored: string[];
}

/** What was said. A persona has learned from people's messages, and from no instructions: only a model reads those. */
export function saidIn(messages: ChatRequest["messages"], isModel: boolean): Understood {
  const said: SaidBefore[] = [];
  const ignored: string[] = [];
  const instructions: string[] = [];
  for (const [index, { role, content, name }] of messages.entries()) {
    if (isModel && (role === "system" || role === "developer")) instructions.push(textOf(content).text);
    else if (role !== "user" && role !== "assistant") ignored.push(`messages[${index}] role ${role}`);
    else {
      const { text, others } = textOf(content);
      ignored.push(...others.map((type) => `messages[${index}] ${type}`));
      said.push({ isPersona: role === "assistant", text, ...(role === "user" && name && { name }) });
    }
  }
  return { said, ignored, ...(instructions.length > 0 && { systemPrompt: instructions.join("\n") }) };
}

/** The words of a message's parts, and the types of those that are no words. */
export function textOf(content: string | z.infer<typeof Part>[] | null | undefined): {
  text: string;
  others: string[];
} {
  if (typeof content === "string") return { text: content, others: [] };
  const parts = content ?? [];
  const words = parts.flatMap(({ text }) => text ?? []);
  const others = parts.filter(({ text }) => typeof text !== "string").map(({ type }) => type);
  return { text: words.join("\n"), others };
}
