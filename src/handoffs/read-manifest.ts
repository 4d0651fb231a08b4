import path from "node:path";
import { UserError } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import { readJsonFile } from "./read-json-file.ts";
import type { RunRecord } from "./runs.ts";
import { ShardManifest } from "./shards.ts";

/**
 * The manifest in the folder of a data set, or of a run that was made of one; undefined where there is none.
 *
 * @throws UserError when it is damaged; `fix` says what helps where it lies.
 */
export function readManifest(
  directory: string,
  { fix = "Delete that folder and run persona prepare again." } = {},
): Promise<ShardManifest | undefined> {
  return readJsonFile(path.join(directory, "manifest.json"), ShardManifest, { fix });
}

/**
 * The data set that a run was made of.
 *
 * @throws UserError when it is gone or damaged.
 */
export async function readDataSetOf(
  workspace: Workspace,
  { id, dataset }: Pick<RunRecord, "id" | "dataset">,
): Promise<{ shardsDirectory: string; manifest: ShardManifest }> {
  const shardsDirectory = path.join(workspace.shards, dataset);
  const manifest = await readManifest(shardsDirectory);
  if (manifest !== undefined) return { shardsDirectory, manifest };
  throw new UserError(`Data set ${dataset}, of which run ${id} was made, is gone.`, {
    fix: "persona prepare makes it again, as long as messages and choices are the same.",
  });
}
