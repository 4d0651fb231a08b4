import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import { ShardManifest } from "./shards.ts";

/**
 * The manifest in the folder of a data set, or of a run that was made of one; undefined where there is none.
 *
 * @throws UserError when it is damaged; `fix` says what helps where it lies.
 */
export async function readManifest(
  directory: string,
  { fix = "Delete that folder and run persona prepare again." } = {},
): Promise<ShardManifest | undefined> {
  const file = path.join(directory, "manifest.json");
  try {
    return ShardManifest.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code !== undefined) {
      throw new UserError(`${file} cannot be read (${code}).`, {
        fix: "Make it readable for this user.",
        cause: error,
      });
    }
    throw new UserError(`${file} is damaged, or of another version of persona.`, { fix, cause: error });
  }
}
