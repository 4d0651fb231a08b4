import type { Command } from "commander";
import { deleteRun, findRun, formatGigabytes, type Prunable, planPrune, prune } from "../../train/index.ts";
import { openContext } from "../command.ts";
import { withServer } from "./places.ts";

/** `persona runs delete`. */
export async function deleteAction(
  prefix: string,
  { force = false }: { force?: boolean },
  command: Command,
): Promise<void> {
  const { terminal, workspace } = await openContext(command);
  const run = await findRun(workspace, prefix);
  const bytes = await withServer(workspace, (server) => deleteRun(server, workspace, run, { force }));
  terminal.data({ run: run.id, freedBytes: bytes });
  terminal.note(`Run ${run.id} is deleted: ${formatGigabytes(bytes)} free.`);
}

/** `persona runs prune`. */
export async function pruneAction(
  { dryRun = false, olderThan = 30 }: { dryRun?: boolean; olderThan?: number },
  command: Command,
): Promise<void> {
  const { terminal, workspace } = await openContext(command);
  const items = await planPrune(workspace, { olderThanDays: olderThan });
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  for (const item of items) terminal.note(describe(item));
  if (!dryRun) await prune(workspace, items);
  terminal.data({ items, freedBytes: dryRun ? 0 : bytes });
  if (items.length === 0) terminal.note("There is nothing to prune.");
  else terminal.note(dryRun ? `${formatGigabytes(bytes)} could go.` : `${formatGigabytes(bytes)} free.`);
}

function describe({ run, part, why, bytes }: Prunable): string {
  return `${formatGigabytes(bytes).padStart(9)}  ${run}${part && `/${part}`}: ${why}`;
}
