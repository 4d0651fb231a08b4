import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { readManifest } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";

/** Ids of the data sets that hold something of any of these threads; a manifest that does not say counts as one. */
export async function findDatasetsOf({ shards }: Workspace, threads: string[]): Promise<string[]> {
  const wanted = new Set(threads);
  const found: string[] = [];
  for (const id of await readdir(shards).catch(() => [])) {
    const manifest = await readManifest(path.join(shards, id)).catch(() => undefined);
    if (manifest === undefined) continue;
    if (manifest.threads?.some((thread) => wanted.has(thread)) ?? true) found.push(id);
  }
  return found.sort();
}

/** Removes what is kept of each thread so that data sets are made faster again: it holds people's words as tokens. */
export async function removeSegments({ segments }: Workspace): Promise<void> {
  await rm(segments, { recursive: true, force: true });
}
