import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { FolderName, type RunRecord, readJsonFile, readRun } from "../../handoffs/index.ts";
import { withLockInTurn } from "../../lock-file.ts";
import { type Workspace, writeFileAtomically } from "../../workspace.ts";

/** `data/sweeps/<id>/sweep.json`: which runs were asked for together, and who went on from where they waited. */
export const Sweep = z.object({
  format: z.literal(1),
  id: FolderName,
  createdAt: z.string(),
  /** Ids, in the order in which they were asked for. */
  runs: z.array(FolderName),
  rungs: z.array(z.object({ share: z.number(), keep: z.int() })),
  /** One for each rung that all have come to. */
  decisions: z.array(
    z.object({ figures: z.record(z.string(), z.number().nullable()), dropped: z.array(FolderName) }),
  ),
});
export type Sweep = z.infer<typeof Sweep>;

const sweepFile = (workspace: Workspace, id: string) =>
  path.join(sweepDirectory(workspace, id), "sweep.json");

/** The folder `data/sweeps/<id>/`. */
export function sweepDirectory(workspace: Workspace, id: string): string {
  return path.join(workspace.sweeps, id);
}

/** The same runs are the same sweep. */
export function sweepIdOf(runs: string[]): string {
  return `sweep-${createHash("sha256").update(JSON.stringify(runs.toSorted())).digest("hex").slice(0, 6)}`;
}

export function readSweep(workspace: Workspace, id: string): Promise<Sweep | undefined> {
  return readJsonFile(sweepFile(workspace, id), Sweep, {
    fix: "Remove its folder, and ask for the sweep again: its runs go on from where they are.",
  });
}

export async function writeSweep(workspace: Workspace, sweep: Sweep): Promise<void> {
  await writeFileAtomically(sweepFile(workspace, sweep.id), `${JSON.stringify(sweep, undefined, 2)}\n`);
}

/** The runs of a sweep that are still there. */
export async function runsOfSweep(workspace: Workspace, { runs }: Pick<Sweep, "runs">): Promise<RunRecord[]> {
  const records = await Promise.all(runs.map((id) => readRun(workspace, id)));
  return records.filter((record) => record !== undefined);
}

/** Ids of all sweeps. */
export async function listSweeps({ sweeps }: Workspace): Promise<string[]> {
  const names = await readdir(sweeps).catch(() => []);
  return names.filter((name) => FolderName.safeParse(name).success);
}

/** Nothing is done under the lock for so long: its holder died. */
const abandonedMs = 30_000;

/** Decides one thing about a sweep while no other process does. */
export function withSweepLock<T>(workspace: Workspace, id: string, work: () => Promise<T>): Promise<T> {
  const file = path.join(sweepDirectory(workspace, id), "sweep.lock");
  return withLockInTurn(file, "deciding about this sweep", ({ ageMs }) => ageMs > abandonedMs, work);
}
