import path from "node:path";
import type { Command } from "commander";
import { addFlags, type Chosen } from "../../../choices/index.ts";
import { version } from "../../../project.ts";
import { type RunFigures, serveMcp } from "../../../serve/index.ts";
import { type RunSummary, servedRun as runThatAnswers, summarizeRuns } from "../../../train/index.ts";
import { type CommandContext, interruptSignal, openContext } from "../../command.ts";
import { withServerOfOthers } from "../../runs/places.ts";
import { refuseIfLeaking } from "../leaking.ts";
import { answeringChoices, openAnswering } from "./open-answering.ts";

const examples = `
Examples:
  persona mcp                    # started by a program that speaks MCP, which then asks on stdin
  claude mcp add persona -- npx persona --data /home/ana/persona/data mcp

Tools: ask_persona, draft_reply, list_runs, run_status. docs/http.md says how programs are told of it.`;

type Flags = Chosen<typeof answeringChoices> & { yes?: boolean };

export function registerMcp(command: Command): void {
  addFlags(command, answeringChoices)
    .option("--yes", "answer with the run even if it was found to leak")
    .addHelpText("after", examples)
    .action(async (flags: Flags, command: Command) => {
      const context = await openContext(command);
      const { yes = false, ...typed } = flags;
      let opened: ReturnType<typeof openAnswering> | undefined;
      const open = async () => {
        // Nobody can be asked: stdin is the client's.
        opened = openAnswering(context, typed, { yes, check: refuseIfLeaking });
        return (await opened).talking;
      };
      const { warn } = context.terminal;
      await serveMcp({ version, open, runs: () => figuresOfRuns(context), warn }, interruptSignal());
      const last = await opened?.catch(() => undefined);
      await last?.close();
    });
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
