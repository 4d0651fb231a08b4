import { createInterface, type Interface } from "node:readline/promises";
import type { Command } from "commander";
import { addFlags, type Chosen, replyChoices, servedRun, type Table } from "../../choices/index.ts";
import { runToServe } from "../../handoffs/index.ts";
import { printable, printableLines } from "../../printable.ts";
import { Memory, type Persona, personaOfRun } from "../../serve/index.ts";
import type { Terminal } from "../../terminal.ts";
import { openContext } from "../command.ts";
import { serveRunAndChoices } from "./open-run.ts";
import { requireSpeaker, speakersOf } from "./speakers.ts";

const examples = `
Examples:
  persona chat
  echo "are you coming tonight?" | persona chat --json`;

const chatChoices = {
  run: servedRun,
  as: { text: {}, help: "who you are: one of the names the training data knows" },
  seed: { integer: { atLeast: 0 }, help: "seed of the sampling: the same seed gives the same answers" },
  temperature: replyChoices.temperature,
  guard: replyChoices.guard,
  gpu: replyChoices.gpu,
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
} as const satisfies Table;
type ChatFlags = Chosen<typeof chatChoices>;

export function registerChat(command: Command): void {
  addFlags(command, chatChoices)
    .addHelpText("after", examples)
    .action(async (flags: ChatFlags, command: Command) => {
      const context = await openContext(command);
      const { terminal, workspace, passedOver } = context;
      const run = await runToServe(workspace, flags.run, passedOver);
      const files = await personaOfRun(workspace, run);
      const as = flags.as && requireSpeaker(await speakersOf(workspace, run, files), flags.as);
      const serving = await serveRunAndChoices(context, run, { flags, isNamed: flags.run !== undefined });
      try {
        if (process.stdin.isTTY) await chatWith(serving.persona, terminal, { ...flags, as });
        else await answerLines(serving.persona, terminal, { ...flags, as });
      } finally {
        await serving.close();
      }
    });
}

/** A conversation on a terminal. */
export async function chatWith(persona: Persona, terminal: Terminal, { as, seed }: ChatFlags): Promise<void> {
  const memory = new Memory({ id: "terminal", persona: persona.name });
  const label = persona.labelOf(as);
  terminal.note(`This is an AI that writes like ${persona.name} (${persona.about}), not ${persona.name}.`);
  terminal.note("/reset forgets the conversation, /quit leaves.");
  const input = createInterface({ input: process.stdin, output: process.stderr });
  for (;;) {
    const line = await ask(input, `${printable(label)}: `);
    if (line === undefined || line === "/quit") break;
    if (line === "/reset") memory.reset();
    else if (line.trim() !== "") {
      memory.hear(label, line);
      await streamReply(persona, memory, input, seed);
    }
  }
  input.close();
}

/** A line, or undefined when the person leaves (Ctrl-D, Ctrl-C). */
function ask(input: Interface, prompt: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const leave = () => resolve(undefined);
    input.once("close", leave);
    input.once("SIGINT", leave);
    input.question(prompt).then((line) => {
      input.off("close", leave);
      input.off("SIGINT", leave);
      resolve(line);
    }, leave);
  });
}

async function streamReply(persona: Persona, memory: Memory, input: Interface, seed?: number): Promise<void> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  input.once("SIGINT", stop);
  let isOpen = false;
  const options = {
    signal: controller.signal,
    ...(seed !== undefined && { seed }),
  };
  for await (const event of persona.reply(memory, options)) {
    if (event.type === "bubble-delta") {
      process.stdout.write(`${isOpen ? "" : `${printable(persona.name)}: `}${printableLines(event.text)}`);
      isOpen = true;
    } else if (event.type === "bubble-end") {
      memory.say(event.bubble);
      process.stdout.write("\n");
      isOpen = false;
    }
  }
  input.off("SIGINT", stop);
}

/** Answers each line of stdin; an empty line starts a new conversation. */
async function answerLines(persona: Persona, terminal: Terminal, { as, seed }: ChatFlags): Promise<void> {
  const memory = new Memory({ id: "lines", persona: persona.name });
  const label = persona.labelOf(as);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") {
      memory.reset();
      continue;
    }
    memory.hear(label, line);
    const startedAt = performance.now();
    const bubbles: string[] = [];
    const options = { ...(seed !== undefined && { seed }) };
    for await (const event of persona.reply(memory, options)) {
      if (event.type === "bubble-end") bubbles.push(event.bubble);
    }
    for (const bubble of bubbles) memory.say(bubble);
    if (terminal.json)
      terminal.data({ prompt: line, bubbles, milliseconds: Math.round(performance.now() - startedAt) });
    else process.stdout.write(`${bubbles.map(printableLines).join("\n")}\n`);
  }
}
