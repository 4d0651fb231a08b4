import { copyFile } from "node:fs/promises";
import path from "node:path";
import { codeOf } from "../../disk-errors.ts";

/** Copies a file of one folder to another; where the first has none, nothing happens. */
export async function copyIfThere(name: string, from: string, to: string): Promise<void> {
  await copyFile(path.join(from, name), path.join(to, name)).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
}
