/** What was made before and is no longer wanted is told, with commands that remove it. */
import path from "node:path";
import { type MessageStore, type RunRecord, readRun, readRunManifest, servedRun } from "../handoffs/index.ts";
import { openMessages } from "../ingest/index.ts";
import {
  changedPrivacy,
  findDatasetsOfOtherPrivacy,
  type PreparedShards,
  privacyChosen,
} from "../prepare/index.ts";
import { shellWord } from "../shell-word.ts";
import { markRunsOfOtherPrivacy, reasonOfOtherPrivacy } from "../train/index.ts";
import type { Workspace } from "../workspace.ts";
import { type CommandContext, commandLine } from "./command.ts";
import { readOwnList } from "./own-list.ts";

interface Stale {
  datasets: string[];
  /** Oldest first. */
  runs: string[];
}

/** @param source What they were made from, such as `their words`. */
export async function describeStale(
  workspace: Workspace,
  { datasets, runs }: Stale,
  source: string,
): Promise<string[]> {
  const lines: string[] = [];
  if (datasets.length > 0) {
    const folders = datasets.map((id) => shellWord(path.join(workspace.shards, id)));
    lines.push(`Made from ${source}: rm -r ${folders.join(" ")}`);
  }
  for (const id of runs)
    if ((await readRun(workspace, id))?.state === "running")
      lines.push(`Still learning from ${source}: ${commandLine(workspace, ["runs", "cancel", id])}`);
  if (runs.length > 0) {
    const served = await servedRun(workspace);
    const force = served !== undefined && runs.includes(served.id) ? ["--force"] : [];
    // A run that waits to start from another goes before it.
    const words = ["runs", "delete", ...force, ...runs.toReversed()];
    lines.push(`Learned from ${source}: ${commandLine(workspace, words)}`);
  }
  return lines;
}

/** Names and marks what was made with other choices about privacy than a data set that was just prepared. */
export async function tellOfOtherPrivacy(
  { workspace, terminal }: CommandContext,
  { manifest }: PreparedShards,
  store: MessageStore,
): Promise<void> {
  const outdated = await findDatasetsOfOtherPrivacy(workspace, manifest, store);
  const runs = await markRunsOfOtherPrivacy(workspace, outdated);
  const datasets = outdated.filter(({ isInShards }) => isInShards).map(({ id }) => id);
  const changed = [...new Set(outdated.flatMap((dataset) => dataset.changed))];
  const source = `another choice of ${changed.join(" and ")}, with its report`;
  for (const line of await describeStale(workspace, { datasets, runs }, source)) terminal.warn(line);
}

/** Says of a run that is about to answer why it is no longer wanted; gives whether there is a reason. */
export async function warnIfStale(context: CommandContext, run: RunRecord): Promise<boolean> {
  const reason = run.stale?.reason ?? (await otherPrivacySince(context, run));
  if (reason === undefined) return false;
  context.terminal.warn(`Run ${run.id} is stale: ${reason}. persona train makes another.`);
  return true;
}

/** Says it of a run that goes on answering, once, when somebody is forgotten or choices change meanwhile. */
export function watchForStale(
  context: CommandContext,
  run: RunRecord,
  { everyMs = 60_000 } = {},
): { stop(): void } {
  const timer = setInterval(async () => {
    const now = await readRun(context.workspace, run.id).catch(() => undefined);
    if (now?.stale === undefined) return;
    clearInterval(timer);
    await warnIfStale(context, now);
  }, everyMs).unref();
  return { stop: () => clearInterval(timer) };
}

async function otherPrivacySince(
  { workspace, config }: CommandContext,
  run: RunRecord,
): Promise<string | undefined> {
  const { optedOut, country } = config.prepare;
  const now = privacyChosen({ optedOut, country, ownRules: await readOwnList(config).catch(() => "") });
  // Where a persona only answers there need be no messages.
  const store = await openMessages(workspace).catch(() => undefined);
  const changed = changedPrivacy(await readRunManifest(workspace, run.id), now, store);
  return changed.length > 0 ? reasonOfOtherPrivacy(changed) : undefined;
}
