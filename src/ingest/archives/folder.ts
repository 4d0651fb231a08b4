import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { ExportEntry, Listing } from "./entry.ts";

/** Deeper than any export; a mount that contains itself ends here. */
const maxLevels = 32;

/**
 * Lists the files of a folder.
 *
 * Symbolic links are not followed, since they may lead out of the folder or round in it; neither is anything that is no
 * plain file, since reading a pipe may never end.
 */
export async function listFolder(root: string): Promise<Listing> {
  const entries: ExportEntry[] = [];
  const problems: Listing["problems"] = [];
  for await (const { file, problem } of filesBelow(root, maxLevels)) {
    const name = path.relative(root, file).split(path.sep).join("/");
    if (problem !== undefined) problems.push({ file: name, problem });
    else entries.push({ path: name, bytes: (await stat(file)).size, file });
  }
  return { entries, problems };
}

async function* filesBelow(
  directory: string,
  levels: number,
): AsyncGenerator<{ file: string; problem?: string }> {
  const items = await readdir(directory, { withFileTypes: true }).catch(() => undefined);
  if (items === undefined) return yield { file: directory, problem: "is a folder that cannot be opened" };
  for (const item of items.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(directory, item.name);
    if (item.isFile()) yield { file };
    else if (item.isSymbolicLink()) yield { file, problem: "is a link, and links are not followed" };
    else if (!item.isDirectory()) yield { file, problem: "is no file" };
    else if (levels > 0) yield* filesBelow(file, levels - 1);
    else yield { file, problem: "lies too deep" };
  }
}
