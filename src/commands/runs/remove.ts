import type { Command } from "commander";
import { type Chosen, type Table, withDefaults } from "../../choices/index.ts";
import { deleteRun, findRun, formatGigabytes, type Prunable, planPrune, prune } from "../../train/index.ts";
import { openContext } from "../command.ts";
import { withServer } from "./places.ts";

/** `persona runs delete`: nothing, where one of the runs is not there. */
export async function deleteAction(
  prefixes: string[],
  { force = false }: { force?: boolean },
  command: Command,
): Promise<void> {
  const { terminal, workspace, passedOver } = await openContext(command);
  const found = await Promise.all(prefixes.map((prefix) => findRun(workspace, prefix, passedOver)));
  const runs = new Map(found.map((run) => [run.id, run]));
  await withServer(workspace, async (server) => {
    for (const run of runs.values()) {
      const bytes = await deleteRun(server, workspace, run, { force, passedOver });
      terminal.data({ run: run.id, freedBytes: bytes });
      terminal.note(`Run ${run.id} is deleted: ${formatGigabytes(bytes)} free.`);
    }
  });
}

export const pruneChoices = {
  dryRun: { boolean: {}, help: "only show what could go" },
  olderThan: {
    number: { above: 0 },
    default: 30,
    unit: "days",
    help: "age at which failed and cancelled runs go",
  },
} as const satisfies Table;

/** `persona runs prune`. */
export async function pruneAction(flags: Chosen<typeof pruneChoices>, command: Command): Promise<void> {
  const { dryRun, olderThan } = withDefaults(pruneChoices, flags);
  const { terminal, workspace, passedOver } = await openContext(command);
  const items = await planPrune(workspace, { olderThanDays: olderThan, passedOver });
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  for (const item of items) terminal.note(describe(item));
  if (!dryRun) await prune(workspace, items);
  terminal.data({ items, freedBytes: dryRun ? 0 : bytes });
  if (items.length === 0) terminal.note("There is nothing to prune.");
  else terminal.note(dryRun ? `${formatGigabytes(bytes)} could go.` : `${formatGigabytes(bytes)} free.`);
}

function describe(item: Prunable): string {
  return `${formatGigabytes(item.bytes).padStart(9)}  ${placeOf(item)}: ${item.why}`;
}

function placeOf(item: Prunable): string {
  if ("base" in item) return `bases/${item.base}`;
  if ("sweep" in item) return `sweeps/${item.sweep}`;
  return `${item.run}${item.part && `/${item.part}`}`;
}
