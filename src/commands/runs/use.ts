import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import { findRun, serveRun, serveRunBefore } from "../../train/index.ts";
import { openContext } from "../command.ts";

/** `persona runs use`: which run answers; `--back` is the one before. */
export async function useAction(
  prefix: string | undefined,
  { back = false }: { back?: boolean },
  command: Command,
): Promise<void> {
  if (back === (prefix !== undefined)) {
    throw new UsageError("Name a run, or pass --back, but not both.", {
      fix: "persona runs use RUN, or persona runs use --back",
    });
  }
  const { terminal, workspace, passedOver } = await openContext(command);
  const run = await (prefix === undefined
    ? serveRunBefore(workspace, passedOver)
    : findRun(workspace, prefix, passedOver));
  if (!back) await serveRun(workspace, run, passedOver);
  if (run.stale !== undefined) terminal.warn(`Run ${run.id} is stale: ${run.stale.reason}.`);
  terminal.data({ run: run.id });
  terminal.note(`Run ${run.id} (${run.base.name}) answers from now on.`);
}
