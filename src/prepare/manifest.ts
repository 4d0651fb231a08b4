import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import { ShardManifest } from "../handoffs.ts";

/** The manifest of a data set; undefined where there is none. */
export async function readManifest(directory: string): Promise<ShardManifest | undefined> {
  try {
    return ShardManifest.parse(JSON.parse(await readFile(path.join(directory, "manifest.json"), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UserError(`The data set in ${directory} has a damaged manifest.`, {
      fix: "Delete that folder and run persona prepare again.",
      cause: error,
    });
  }
}
