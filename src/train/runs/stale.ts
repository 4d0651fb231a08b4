import { listRuns } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { updateRun } from "./runs.ts";

/**
 * Marks the runs that learned from these data sets, and those that went on from them; gives their ids.
 *
 * @param reason For people, without anybody's name: `a person was forgotten`.
 */
export async function markRunsStale(
  workspace: Workspace,
  datasets: string[],
  reason: string,
): Promise<string[]> {
  const stale = { reason, at: new Date().toISOString() };
  const marked = new Set<string>();
  // Oldest first, so that a parent is marked before its children are looked at.
  for (const { id, dataset, parent } of (await listRuns(workspace)).reverse()) {
    if (!datasets.includes(dataset) && !(parent !== undefined && marked.has(parent))) continue;
    marked.add(id);
    await updateRun(workspace, id, { stale });
  }
  return [...marked];
}
