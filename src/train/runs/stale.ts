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

const otherPrivacy = "made with another choice of ";

/** @param changed What `persona.json` and its files call the choices that are others now. */
export function reasonOfOtherPrivacy(changed: string[]): string {
  return otherPrivacy + changed.join(" and ");
}

/**
 * Marks the runs that learned from data sets of other choices about privacy, and those that went on from them; takes the
 * mark from those whose choices are made again. Gives the ids of those that were not marked before.
 */
export async function markRunsOfOtherPrivacy(
  workspace: Workspace,
  outdated: { id: string; changed: string[] }[],
): Promise<string[]> {
  const changedOf = new Map(outdated.map(({ id, changed }) => [id, changed]));
  const reasons = new Map<string, string>();
  const marked: string[] = [];
  for (const { id, dataset, parent = "", stale } of (await listRuns(workspace)).reverse()) {
    const changed = changedOf.get(dataset);
    const reason = changed ? reasonOfOtherPrivacy(changed) : reasons.get(parent);
    if (reason !== undefined) reasons.set(id, reason);
    // Another reason stays.
    if (stale?.reason === reason || stale?.reason.startsWith(otherPrivacy) === false) continue;
    if (reason !== undefined) marked.push(id);
    const mark = reason === undefined ? undefined : { reason, at: new Date().toISOString() };
    await updateRun(workspace, id, { stale: mark });
  }
  return marked;
}
