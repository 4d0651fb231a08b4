import { createInterface } from "node:readline";
import * as z from "zod";
import { UserError } from "../../../errors.ts";
import { printableLines } from "../../../printable.ts";
import type { Memories, Memory, Persona, ReplyOutcome } from "../../../serve/index.ts";
import type { Terminal } from "../../../terminal.ts";
import { whoTypes } from "./chat-presence.ts";

interface Asked {
  /** Which conversation it belongs to. */
  conversation: string;
  text: string;
}

const Line = z.strictObject({ conversation: z.string().min(1).default("lines"), text: z.string() });

interface LineOptions {
  input: NodeJS.ReadableStream;
  memories: Memories;
  label(): string;
  seed: number | undefined;
}

/** Conversations that are answered at the same time, and lines that are read ahead for them. */
const mostAtOnce = 8;

/**
 * Answers each line of the input. Lines of one conversation are answered in their order; those of several at the same
 * time. An empty text begins a conversation anew.
 */
export async function answerLines(
  persona: Persona,
  terminal: Terminal,
  { input, memories, label, seed }: LineOptions,
): Promise<void> {
  const open = new Set<Promise<void>>();
  /** The last of them in each conversation. */
  const last = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  for await (const asked of readLines(input, terminal, failures)) {
    if (failures.length > 0) break;
    const { conversation: id } = asked;
    const answered = (last.get(id) ?? Promise.resolve())
      .then(() => answer(persona, terminal, memories.get(id), { ...asked, label, seed }))
      .catch((error) => void failures.push(error))
      .finally(() => {
        open.delete(answered);
        if (last.get(id) === answered) last.delete(id);
      });
    open.add(answered);
    last.set(id, answered);
    if (open.size >= mostAtOnce) await Promise.race(open);
  }
  await Promise.all(open);
  if (failures.length > 0) throw failures[0];
}

/** What is asked, up to a line that cannot be read: the lines before it are answered first. */
async function* readLines(
  input: NodeJS.ReadableStream,
  { json }: Terminal,
  failures: unknown[],
): AsyncGenerator<Asked> {
  let number = 0;
  for await (const line of createInterface({ input })) {
    number++;
    try {
      yield json ? readAsked(line, number) : { conversation: "lines", text: line };
    } catch (error) {
      failures.push(error);
      return;
    }
  }
}

/** A line of JSON as `{"conversation":"ben","text":"hi"}`; any other line is text itself. */
function readAsked(line: string, number: number): Asked {
  if (!line.trimStart().startsWith("{")) return { conversation: "lines", text: line };
  const read = Line.safeParse(parseJson(line));
  if (read.success) return read.data;
  throw new UserError(`Line ${number} begins as JSON, but is no message: ${z.prettifyError(read.error)}`, {
    fix: 'Write lines such as {"conversation":"ben","text":"hi"}.',
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function answer(
  persona: Persona,
  terminal: Terminal,
  memory: Memory,
  { conversation, text, label, seed }: Asked & Pick<LineOptions, "label" | "seed">,
): Promise<void> {
  if (text.trim() === "") {
    memory.reset();
    persona.forget(conversation);
    return;
  }
  const isHeard = memory.hear(label(), text, whoTypes);
  const startedAt = performance.now();
  const bubbles: string[] = [];
  let outcome: ReplyOutcome | undefined;
  const events = isHeard ? persona.reply(memory, seed === undefined ? {} : { seed }) : [];
  for await (const event of events) {
    if (event.type === "bubble-end") bubbles.push(event.bubble);
    if (event.type === "reply-end") outcome = event.outcome;
  }
  for (const bubble of bubbles) memory.say(bubble);
  const milliseconds = Math.round(performance.now() - startedAt);
  if (terminal.json) terminal.data({ conversation, prompt: text, bubbles, milliseconds, outcome });
  else process.stdout.write(`${bubbles.map(printableLines).join("\n")}\n`);
}
