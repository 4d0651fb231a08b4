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

/** One of a request's messages, or what else stands among them. */
interface Entry {
  /** Where it stands in the request, and what it is there. */
  place: string;
  kind: string;
  role: string | null | undefined;
  content?: ChatRequest["messages"][number]["content"];
  name?: string | null | undefined;
}

export interface ToldBefore {
  said: SaidBefore[];
  /** What an instruction model is told first. */
  systemPrompt?: string;
  /** What of the messages is not read. */
  ignored: string[];
}

/** What was said in a chat. */
export function saidIn(messages: ChatRequest["messages"], isModel: boolean): ToldBefore {
  const entries = messages.map((message, index) => ({
    ...message,
    place: `messages[${index}]`,
    kind: `role ${message.role}`,
  }));
  return heardIn(entries, isModel);
}

/** A persona has learned from people's messages, and from no instructions: only a model reads those. */
export function heardIn(entries: Entry[], isModel: boolean): ToldBefore {
  const said: SaidBefore[] = [];
  const ignored: string[] = [];
  const instructions: string[] = [];
  for (const { place, kind, role, content, name } of entries) {
    const isInstruction = isModel && (role === "system" || role === "developer");
    if (!isInstruction && role !== "user" && role !== "assistant") {
      ignored.push(`${place} ${kind}`.trim());
      continue;
    }
    const { text, others } = textOf(content);
    ignored.push(...others.map((type) => `${place} ${type}`));
    if (isInstruction) instructions.push(text);
    else said.push({ isPersona: role === "assistant", text, ...(role === "user" && name && { name }) });
  }
  return { said, ignored, ...(instructions.length > 0 && { systemPrompt: instructions.join("\n") }) };
}

/** The words of a message's parts, and the types of those that are no words. */
function textOf(content: string | z.infer<typeof Part>[] | null | undefined): {
  text: string;
  others: string[];
} {
  if (typeof content === "string") return { text: content, others: [] };
  const parts = content ?? [];
  const words = parts.flatMap(({ text }) => text ?? []);
  const others = parts.filter(({ text }) => typeof text !== "string").map(({ type }) => type);
  return { text: words.join("\n"), others };
}
