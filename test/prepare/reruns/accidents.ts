/** What may happen to the segments between two runs. */
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Workspace } from "../../../src/workspace.ts";
import type { Random } from "../../ingest/truth/random.ts";

type Accident = (file: string, random: Random) => Promise<unknown>;

const accidents: Record<string, Accident> = {
  removed: (file) => rm(file),
  truncated: async (file, random) => truncate(file, random.below((await readFile(file)).length)),
  emptied: (file) => truncate(file, 0),
  flipped: async (file, random) => {
    const bytes = await readFile(file);
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
    await writeFile(file, bytes);
  },
  "half of it zeros": async (file) => {
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0, 0, bytes.length >> 1));
  },
  "left aside": (file) => writeFile(`${file}.4194300.0badcafe.tmp`, "half"),
};

/** Does something to some of the files; says what. */
export async function damage({ segments }: Workspace, random: Random): Promise<string> {
  const names = (await readdir(segments, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .toSorted();
  const what = random.pick(Object.keys(accidents));
  const share = random.pick([0.05, 0.3, 1]);
  const isMeant = random.pick<(name: string) => boolean>([
    (name) => name.endsWith(".segment"),
    (name) => name.endsWith(".json"),
    () => true,
  ]);
  const hit = names.filter((name) => isMeant(name) && random.chance(share));
  for (const file of hit) await accidents[what]?.(file, random);
  return `${what}: ${hit.length} of ${names.length}`;
}
