import path from "node:path";
import { readJsonFile } from "./read-json-file.ts";
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
