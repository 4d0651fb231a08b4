import { randomUUID } from "node:crypto";
import type { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { type Answering, describeMistake, memoryOf } from "../http/index.ts";
import type { Memories, Memory } from "../memory/index.ts";
import { failed, told } from "./run-tools.ts";

/** Who is talked to, and what is remembered of it until the client leaves. */
export interface Talking extends Answering {
  memories: Memories;
}

interface TalkOptions {
  open(): Promise<Talking>;
  warn(line: string): void;
}

const Words = z.string().min(1).max(16_000);
const Name = z.string().max(200).optional();

const Answer = z.object({
  bubbles: z
    .array(z.string())
    .describe("One or several short messages in a row; none where it says nothing."),
  conversation: z.string(),
});
const Drafts = z.object({ drafts: z.array(z.array(z.string())) });

/** Talking to the persona, and letting it write what its owner might answer. */
export function talkTools(server: McpServer, { open, warn }: TalkOptions): void {
  let opening: Promise<Talking> | undefined;
  const talking = () =>
    (opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));
  const inConversation = new Map<string, Promise<unknown>>();

  server.registerTool(
    "ask_persona",
    {
      title: "Ask the persona",
      description:
        "Says something to the persona, a model that writes like one person, and gives its answer. It knows what was said before in the same conversation, and no instructions: write to it as to a friend.",
      inputSchema: z.object({
        text: Words.describe("What is said to it."),
        conversation: Name.describe("A conversation that goes on; left out, a new one begins."),
        from: Name.describe("Who says it, by a name that the persona may know."),
      }),
      outputSchema: Answer,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ text, conversation = randomUUID(), from }, { mcpReq: { signal } }) =>
      guarded(async () => {
        const before = inConversation.get(conversation) ?? Promise.resolve();
        const answering = before
          .catch(() => {})
          .then(async () => ask(await talking(), { text, conversation, from, signal }));
        inConversation.set(conversation, answering);
        try {
          return told({ bubbles: await answering, conversation });
        } finally {
          if (inConversation.get(conversation) === answering) inConversation.delete(conversation);
        }
      }),
  );
  server.registerTool(
    "draft_reply",
    {
      title: "Draft a reply",
      description:
        "Writes what the persona's person might answer in a conversation that is given. Nothing is sent, and nothing is remembered.",
      inputSchema: z.object({
        messages: z
          .array(z.object({ from: Name.describe("Left out for the person's own messages."), text: Words }))
          .min(1)
          .max(200)
          .describe("What was said so far, oldest first."),
        drafts: z.int().min(1).max(5).default(1).describe("How many different drafts are written."),
      }),
      outputSchema: Drafts,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ messages, drafts: count }, { mcpReq: { signal } }) =>
      guarded(async () => {
        const answering = await talking();
        const id = `mcp draft ${randomUUID()}`;
        const said = messages.map(({ from, text }) => ({ isPersona: from === undefined, text, name: from }));
        const memory = memoryOf(said, answering, id);
        const drafts: string[][] = [];
        try {
          while (drafts.length < count && !signal.aborted)
            drafts.push(await bubblesOf(answering, memory, signal));
        } finally {
          answering.persona.forget(id);
        }
        return told({ drafts });
      }),
  );

  /** What went wrong is for the owner, who sees stderr. */
  async function guarded<T>(work: () => Promise<T>): Promise<T | ReturnType<typeof failed>> {
    try {
      return await work();
    } catch (error) {
      warn(describeMistake(error));
      return failed("The persona cannot answer at the moment; its owner is told why.");
    }
  }
}

interface Asked {
  text: string;
  conversation: string;
  from: string | undefined;
  signal: AbortSignal;
}

async function ask(talking: Talking, { text, conversation, from, signal }: Asked): Promise<string[]> {
  // Of what was taken back before its turn, nothing is remembered.
  if (signal.aborted) return [];
  const memory = talking.memories.get(`mcp ${conversation}`);
  const label = from === undefined ? undefined : talking.labelOf(from);
  if (!memory.hear(talking.persona.labelOf(label, from), text, from)) return [];
  const bubbles = await bubblesOf(talking, memory, signal);
  // Nobody is told an answer that was given up.
  if (!signal.aborted) for (const bubble of bubbles) memory.say(bubble);
  return bubbles;
}

async function bubblesOf({ persona }: Talking, memory: Memory, signal: AbortSignal): Promise<string[]> {
  const bubbles: string[] = [];
  for await (const event of persona.reply(memory, { signal }))
    if (event.type === "bubble-end") bubbles.push(event.bubble);
  return bubbles;
}
