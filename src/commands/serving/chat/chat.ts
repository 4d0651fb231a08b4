import type { Command } from "commander";
import { addFlags, type Chosen, replyChoices, servedRun, type Table } from "../../../choices/index.ts";
import { type RunRecord, runToServe } from "../../../handoffs/index.ts";
import { Memories, type Persona, timingOf } from "../../../serve/index.ts";
import { canRedraw } from "../../../terminal.ts";
import { type CommandContext, openContext } from "../../command.ts";
import { chosenModel, describeModel, modelChoices, serveModel } from "../open-model.ts";
import { serveRunAndChoices } from "../open-run.ts";
import { type ChatPresence, chatPresence, knownOf, strangerPresence } from "./chat-presence.ts";
import { deskOf } from "./desk.ts";
import { type DivertibleTerminal, divertible } from "./divertible-terminal.ts";
import { answerLines } from "./piped-lines.ts";
import { chatOnTerminal } from "./terminal-chat.ts";

const examples = `
Examples:
  persona chat
  persona chat --run 3f2a --as "Ben Ito"
  persona chat --model Qwen/Qwen2.5-0.5B-Instruct-GGUF --system-prompt "You are a pirate."
  echo "are you coming tonight?" | persona chat --json
  echo '{"conversation":"ben","text":"are you in?"}' | persona chat --json`;

const chatChoices = {
  run: servedRun,
  as: { text: {}, help: "who you are: one of the names the training data knows" },
  seed: { integer: { atLeast: 0 }, help: "seed of the sampling: the same seed gives the same answers" },
  temperature: replyChoices.temperature,
  patience: { ...replyChoices.patience, default: 0 },
  candidates: replyChoices.candidates,
  ranking: replyChoices.ranking,
  guard: replyChoices.guard,
  gpu: replyChoices.gpu,
  whileTraining: replyChoices.whileTraining,
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
  ...modelChoices,
} as const satisfies Table;

type HowToTalk = Pick<Chosen<typeof chatChoices>, "seed" | "patience">;

export function registerChat(command: Command): void {
  addFlags(command, chatChoices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof chatChoices>, command: Command) => {
      const opened = await openContext(command);
      const context = { ...opened, terminal: divertible(opened.terminal) };
      const model = chosenModel(context, flags);
      if (model !== undefined) return chatWithModel(context, model, flags);
      const run = await runToServe(context.workspace, flags.run, context.passedOver);
      await chatWithRun(context, run, flags);
    });
}

type ChatContext = CommandContext & { terminal: DivertibleTerminal };

/** With a run, and with whichever is chosen in its place meanwhile unless it was named. */
export async function chatWithRun(
  context: ChatContext,
  run: RunRecord,
  flags: Chosen<typeof chatChoices>,
): Promise<void> {
  const { as } = flags;
  const known = await knownOf(context, run, as);
  let presence: ChatPresence | undefined;
  const serving = await serveRunAndChoices(context, run, {
    flags,
    isNamed: flags.run !== undefined,
    onOpening: context.terminal.note,
    admit: async (other) => (await presence?.prepareFor(other)) ?? (() => {}),
  });
  presence = chatPresence(context, { run, openMask: serving.openMask }, { known, as });
  try {
    await chatWith(serving, presence, context, flags);
  } finally {
    await serving.close();
  }
}

async function chatWithModel(
  context: ChatContext,
  model: string,
  flags: Chosen<typeof chatChoices>,
): Promise<void> {
  const { persona, close } = await serveModel(context, model, { flags });
  context.terminal.note(describeModel(persona));
  const memories = new Memories({ persona: persona.name });
  try {
    await chatWith({ persona }, strangerPresence(memories, flags.as), context, flags);
  } finally {
    await close();
  }
}

interface Answering {
  readonly persona: Persona;
  /** None where an instruction model answers. */
  readonly run?: RunRecord;
}

/** On a terminal, a conversation; else an answer to each line. */
async function chatWith(
  serving: Answering,
  presence: ChatPresence,
  { terminal, workspace }: ChatContext,
  { seed, patience = chatChoices.patience.default }: HowToTalk = {},
): Promise<void> {
  const { persona } = serving;
  const { memories } = presence;
  const label = () => persona.labelOf(presence.known.speaker);
  const isConversation = process.stdin.isTTY && canRedraw(process.stdout, process.env) && !terminal.json;
  if (!isConversation) return answerLines(persona, terminal, { input: process.stdin, memories, label, seed });
  const timingFor = (patience: number) => timingOf(presence.known.style, { patience });
  const talking = { persona, memory: memories.get("terminal"), label, seed, patience, timingFor };
  const desk = deskOf(
    workspace,
    () => serving.run,
    () => presence.openMask,
  );
  await chatOnTerminal(terminal, talking, desk);
}
