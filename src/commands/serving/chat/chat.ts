import type { Command } from "commander";
import { addFlags, type Chosen, replyChoices, servedRun, type Table } from "../../../choices/index.ts";
import { type RunRecord, readStyleOf, runToServe } from "../../../handoffs/index.ts";
import { Memory, type OpenMask, type Persona, personaOfRun, timingOf } from "../../../serve/index.ts";
import { canRedraw } from "../../../terminal.ts";
import { type CommandContext, openContext } from "../../command.ts";
import { serveRunAndChoices } from "../open-run.ts";
import { requireSpeaker, speakersOf } from "../speakers.ts";
import { deskOf } from "./desk.ts";
import { type DivertibleTerminal, divertible } from "./divertible-terminal.ts";
import { answerLines } from "./piped-lines.ts";
import { chatOnTerminal } from "./terminal-chat.ts";

const examples = `
Examples:
  persona chat
  persona chat --run 3f2a --as "Ben Ito"
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
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
} as const satisfies Table;

type WhoTalks = Pick<Chosen<typeof chatChoices>, "as" | "seed" | "patience">;

export function registerChat(command: Command): void {
  addFlags(command, chatChoices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof chatChoices>, command: Command) => {
      const opened = await openContext(command);
      const context = { ...opened, terminal: divertible(opened.terminal) };
      const { workspace, passedOver } = context;
      const run = await runToServe(workspace, flags.run, passedOver);
      const files = await personaOfRun(workspace, run);
      const as = flags.as && requireSpeaker(await speakersOf(workspace, run, files), flags.as);
      const serving = await serveRunAndChoices(context, run, { flags, isNamed: flags.run !== undefined });
      try {
        await chatWith(serving, context, { ...flags, as });
      } finally {
        await serving.close();
      }
    });
}

interface Answering {
  readonly persona: Persona;
  readonly run: RunRecord;
  readonly openMask: OpenMask | undefined;
}

/** On a terminal, a conversation; else an answer to each line. */
export async function chatWith(
  serving: Answering,
  context: CommandContext & { terminal: DivertibleTerminal },
  { as, seed, patience = chatChoices.patience.default }: WhoTalks = {},
): Promise<void> {
  const { persona, openMask } = serving;
  const { terminal, workspace, passedOver } = context;
  const label = persona.labelOf(as);
  const newMemory = (id: string) => new Memory({ id, persona: persona.name, openMask });
  const isConversation = process.stdin.isTTY && canRedraw(process.stdout, process.env) && !terminal.json;
  if (!isConversation)
    return answerLines(persona, terminal, { input: process.stdin, newMemory, label, seed });
  const style = await readStyleOf(workspace, serving.run, passedOver);
  const timingFor = (patience: number) => timingOf(style, { patience });
  const memory = newMemory("terminal");
  const talking = { persona, memory, label, seed, patience, timingFor };
  await chatOnTerminal(
    terminal,
    talking,
    deskOf(workspace, () => serving.run, openMask),
  );
}
