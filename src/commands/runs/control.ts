import type { Command } from "commander";
import { type Chosen, type Table, trainRequest } from "../../choices/index.ts";
import { UserError } from "../../errors.ts";
import { cancelRun, ensureWorker, findRun, pauseRun, resumeRun, stopRemoteRun } from "../../train/index.ts";
import { openContext } from "../command.ts";
import { findRunAnywhere, withServer } from "./places.ts";

/** `persona runs cancel` and `persona runs pause`, of runs on any machine of the same server. */
export function stopAction(reason: "cancel" | "pause") {
  return async (prefix: string, _options: unknown, command: Command): Promise<void> => {
    const { terminal, workspace, passedOver } = await openContext(command);
    const id = await withServer(workspace, async (server) => {
      const { id, record } = await findRunAnywhere(server, workspace, prefix, passedOver);
      if (record !== undefined) await (reason === "pause" ? pauseRun : cancelRun)(server, workspace, record);
      else if (!(await stopRemoteRun(server, id, reason))) throw nothingToStop(id, reason);
      return id;
    });
    terminal.data({ run: id, asked: reason });
    terminal.note(
      reason === "pause"
        ? `Run ${id} is told to save and wait. persona runs resume ${id} puts it back into the queue.`
        : `Run ${id} is told to stop. persona runs resume ${id} continues from its checkpoint.`,
    );
  };
}

function nothingToStop(id: string, reason: string): UserError {
  return new UserError(`Run ${id} is neither queued nor running; there is nothing to ${reason}.`, {
    fix: "persona runs",
  });
}

export const resumeChoices = {
  priority: {
    integer: trainRequest.priority.integer,
    otherwise: "as before",
    help: trainRequest.priority.help,
  },
} as const satisfies Table;

/** `persona runs resume`. */
export async function resumeAction(
  prefix: string,
  { priority }: Chosen<typeof resumeChoices>,
  command: Command,
): Promise<void> {
  const { terminal, workspace, passedOver } = await openContext(command);
  const run = await findRun(workspace, prefix, passedOver);
  const { state } = await withServer(workspace, async (server) => {
    const resumed = await resumeRun(server, workspace, run, { priority });
    await ensureWorker(server, workspace);
    return resumed;
  });
  terminal.data({ run: run.id, asked: "resume" });
  const where = state === "running" ? "at work already" : "in the queue";
  terminal.note(`Run ${run.id} is ${where}. Follow it: persona runs logs ${run.id} -f`);
}
