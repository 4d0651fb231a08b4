import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { readManifest, type ShardManifest } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";

/** The manifests of all data sets by the names of their folders; a damaged one is told where it is used. */
export async function manifestsInShards({ shards }: Workspace): Promise<Map<string, ShardManifest>> {
  const found = new Map<string, ShardManifest>();
  for (const id of await readdir(shards).catch(() => [])) {
    const manifest = await readManifest(path.join(shards, id)).catch(() => undefined);
    if (manifest !== undefined) found.set(id, manifest);
  }
  return found;
}

/** Ids of the data sets that hold something of any of these threads; a manifest that does not say counts as one. */
export async function findDatasetsOf(workspace: Workspace, threads: string[]): Promise<string[]> {
  const wanted = new Set(threads);
  return [...(await manifestsInShards(workspace))]
    .filter(([, manifest]) => manifest.threads?.some((thread) => wanted.has(thread)) ?? true)
    .map(([id]) => id)
    .sort();
}

/** Removes what is kept of each thread so that data sets are made faster again: it holds people's words as tokens. */
export async function removeSegments({ segments }: Workspace): Promise<void> {
  await rm(segments, { recursive: true, force: true });
}
