import path from "node:path";
import type { Command } from "commander";
import { addFlags, type Chosen, replyChoices, servedRun, type Table } from "../../../choices/index.ts";
import { runToServe } from "../../../handoffs/index.ts";
import { version } from "../../../project.ts";
import { type RunFigures, serveMcp, type Talking } from "../../../serve/index.ts";
import { type RunSummary, servedRun as runThatAnswers, summarizeRuns } from "../../../train/index.ts";
import { type CommandContext, interruptSignal, openContext } from "../../command.ts";
import { withServerOfOthers } from "../../runs/places.ts";
import { refuseIfLeaking } from "../leaking.ts";
import { serveRunAndChoices } from "../open-run.ts";
import { type ProgramPresence, programPresence } from "./program-presence.ts";

const examples = `
Examples:
  persona mcp                    # started by a program that speaks MCP, which then asks on stdin
  claude mcp add persona -- npx persona --data /home/ana/persona/data mcp

Tools: ask_persona, draft_reply, list_runs, run_status. docs/http.md says how programs are told of it.`;

const mcpChoices = {
  run: servedRun,
  candidates: replyChoices.candidates,
  guard: replyChoices.guard,
  gpu: replyChoices.gpu,
  whileTraining: replyChoices.whileTraining,
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
} as const satisfies Table;

type Flags = Chosen<typeof mcpChoices> & { yes?: boolean };

export function registerMcp(command: Command): void {
  addFlags(command, mcpChoices)
    .option("--yes", "answer with the run even if it was found to leak")
    .addHelpText("after", examples)
    .action(async (flags: Flags, command: Command) => {
      const context = await openContext(command);
      let opened: ReturnType<typeof openTalking> | undefined;
      const open = async () => {
        opened = openTalking(context, flags);
        return (await opened).talking;
      };
      const { warn } = context.terminal;
      await serveMcp({ version, open, runs: () => figuresOfRuns(context), warn }, interruptSignal());
      const last = await opened?.catch(() => undefined);
      await last?.close();
    });
}

async function openTalking(
  context: CommandContext,
  { yes = false, run: asked, ...flags }: Flags,
): Promise<{ talking: Talking; close(): Promise<void> }> {
  const { workspace, passedOver } = context;
  const run = await runToServe(workspace, asked, passedOver);
  // Nobody can be asked: stdin is the client's.
  await refuseIfLeaking(context, run, yes);
  let presence: ProgramPresence | undefined;
  const serving = await serveRunAndChoices(context, run, {
    flags,
    isNamed: asked !== undefined,
    async admit(other) {
      await refuseIfLeaking(context, other, yes);
      return (await presence?.prepareFor(other)) ?? (() => {});
    },
  });
  const known = await programPresence(context, serving);
  presence = known;
  const talking = {
    persona: serving.persona,
    memories: known.memories,
    run: () => serving.run.id,
    openMask: () => known.openMask,
    labelOf: (name: string) => known.known.labelOf(name),
    as: undefined,
  };
  return { talking, close: () => serving.close() };
}

async function figuresOfRuns({ workspace, passedOver }: CommandContext): Promise<RunFigures[]> {
  const answering = (await runThatAnswers(workspace, passedOver))?.id;
  const runs = await withServerOfOthers(workspace, (server) => summarizeRuns(workspace, server, passedOver));
  return runs.map((run) => figuresOf(run, run.id === answering));
}

/** Names of people and folders stay here. */
function figuresOf({ id, state, record, ...measured }: RunSummary, answers: boolean): RunFigures {
  const { step, totalSteps, loss, heldOutLoss, tokensPerSecond, secondsLeft, leaks } = measured;
  const figures = {
    base: record && (path.isAbsolute(record.base.name) ? path.basename(record.base.name) : record.base.name),
    createdAt: record?.createdAt,
    ...{ step, totalSteps, loss, heldOutLoss, tokensPerSecond, secondsLeft, leaks },
  };
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  return { id, state, answers, ...Object.fromEntries(known) };
}
