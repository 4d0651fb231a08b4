import { existsSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { orPassOver, type PassedOver } from "../errors.ts";
import { hasEnded, listRuns, type RunRecord, readEvents, readRun, runDirectory } from "../handoffs/index.ts";
import type { Workspace } from "../workspace.ts";
import { bytesUnder, removeRunDirectory } from "./runs/index.ts";
import { listSweeps, readSweep, sweepDirectory } from "./sweep/index.ts";

/** Something that could go. */
export type Prunable = (PartOfRun | SpareBase | SpareSweep) & { bytes: number };

interface PartOfRun {
  run: string;
  /** Within the run's folder; empty for the whole of it. */
  part: string;
  why: string;
}

interface PruneOptions {
  /** Failed and cancelled runs go when they ended so long ago. */
  olderThanDays: number;
  now?: number;
  passedOver?: PassedOver;
}

const dayMs = 24 * 3600 * 1000;
/** Younger folders without a record may be runs that are just being asked for, or bases of runs that are not finished. */
const unfinishedMs = 3600 * 1000;

/** What could go without anybody missing it, largest first. Runs in the queue or at work are left alone. */
export async function planPrune(workspace: Workspace, options: PruneOptions): Promise<Prunable[]> {
  let isWhole = true;
  const runs = await listRuns(workspace, (problem) => {
    isWhole = false;
    options.passedOver?.(problem);
  });
  const needed = new Set(runs.filter((run) => !hasEnded(run)).map(({ parent }) => parent));
  const found: PartOfRun[] = await foldersWithoutRecord(workspace, options);
  for (const run of runs.filter(hasEnded)) {
    if (isForgotten(run, options) && !needed.has(run.id)) {
      found.push({ run: run.id, part: "", why: `${run.state} more than ${options.olderThanDays} days ago` });
    } else {
      found.push(...(await spareParts(workspace, run, options)));
    }
  }
  // Of a record that cannot be read nobody knows which base it needs.
  const bases = isWhole ? await spareBases(workspace, runs, options) : [];
  const sweeps = isWhole ? await spareSweeps(workspace, runs, options) : [];
  const measured = [...found, ...bases, ...sweeps].map(async (item) => ({
    ...item,
    bytes: await bytesUnder(folderOf(workspace, item)),
  }));
  return (await Promise.all(measured)).sort((a, b) => b.bytes - a.bytes);
}

/** Removes what was planned, except of runs that were put to work again since. */
export async function prune(workspace: Workspace, items: Prunable[]): Promise<void> {
  for (const item of items) {
    const record = "run" in item ? await readRun(workspace, item.run) : undefined;
    if (record !== undefined && !hasEnded(record)) continue;
    if ("run" in item && item.part === "") await removeRunDirectory(workspace, item.run);
    else await rm(folderOf(workspace, item), { recursive: true, force: true });
  }
}

function folderOf(workspace: Workspace, item: PartOfRun | SpareBase | SpareSweep): string {
  if ("base" in item) return path.join(workspace.bases, item.base);
  if ("sweep" in item) return sweepDirectory(workspace, item.sweep);
  return path.join(runDirectory(workspace, item.run), item.part);
}

function isForgotten(
  { state, endedAt, createdAt }: RunRecord,
  { olderThanDays, now = Date.now() }: PruneOptions,
): boolean {
  if (state !== "failed" && state !== "cancelled" && state !== "dropped") return false;
  return now - Date.parse(endedAt ?? createdAt) > olderThanDays * dayMs;
}

async function foldersWithoutRecord(workspace: Workspace, options: PruneOptions): Promise<PartOfRun[]> {
  // A damaged record is a record: nobody knows what it would say.
  const isSpare = (run: string) => !existsSync(path.join(runDirectory(workspace, run), "run.json"));
  const found = await untouched(workspace.runs, isSpare, options);
  return found.map((run) => ({ run, part: "", why: "left of a deleted run" }));
}

/** Those of the spare folders at which nobody seems to be at work. */
async function untouched(
  parent: string,
  isSpare: (name: string) => boolean,
  { now = Date.now() }: PruneOptions,
): Promise<string[]> {
  const names = (await readdir(parent).catch(() => [])).filter(isSpare);
  const found = await Promise.all(
    names.map(async (name) => {
      const { mtimeMs } = await stat(path.join(parent, name));
      return now - mtimeMs > unfinishedMs ? [name] : [];
    }),
  );
  return found.flat();
}

interface SpareBase {
  base: string;
  why: string;
}

/** Bases over which no run lays its adapter any more. */
async function spareBases(
  { bases }: Workspace,
  runs: RunRecord[],
  options: PruneOptions,
): Promise<SpareBase[]> {
  const needed = new Set(runs.flatMap(({ adapter }) => (adapter && "base" in adapter ? adapter.base : [])));
  const found = await untouched(bases, (base) => !needed.has(base), options);
  return found.map((base) => ({ base, why: "no run's adapter needs it" }));
}

interface SpareSweep {
  sweep: string;
  why: string;
}

/** Sweeps of which no run is left; what a damaged one says of its runs nobody knows. */
async function spareSweeps(
  workspace: Workspace,
  runs: RunRecord[],
  options: PruneOptions,
): Promise<SpareSweep[]> {
  const left = new Set(runs.map(({ id }) => id));
  const spare = new Set<string>();
  for (const id of await listSweeps(workspace)) {
    let isWhole = true;
    const sweep = await orPassOver(readSweep(workspace, id), (problem) => {
      isWhole = false;
      options.passedOver?.(problem);
    });
    if (isWhole && !sweep?.runs.some((run) => left.has(run))) spare.add(id);
  }
  const found = await untouched(workspace.sweeps, (id) => spare.has(id), options);
  return found.map((sweep) => ({ sweep, why: "its runs are gone" }));
}

interface Checkpoint {
  attempt: string;
  name: string;
  step: number;
}

/** Checkpoints that nothing goes on from, and attempts that hold none. */
async function spareParts(workspace: Workspace, run: RunRecord, options: PruneOptions): Promise<PartOfRun[]> {
  const attempts = await namesIn(runDirectory(workspace, run.id), /^attempt-\d+$/);
  const checkpoints = (
    await Promise.all(attempts.map((name) => checkpointsOf(workspace, run.id, name)))
  ).flat();
  const kept = await keptSteps(workspace, run, checkpoints, options);
  const why = run.state === "finished" ? "not the best of a finished run" : "older than the newest two";

  const last = `attempt-${run.attempt}`;
  // An attempt takes the best checkpoint over from those before it: the last one's is enough.
  const isInLast = checkpoints.some(({ attempt, step }) => attempt === last && kept.has(step));
  const isEnough = run.state === "finished" && isInLast;

  const spare = attempts.flatMap((attempt) => {
    const own = checkpoints.filter((checkpoint) => checkpoint.attempt === attempt);
    const isKept = ({ step }: Checkpoint) => kept.has(step) && (attempt === last || !isEnough);
    if (!own.some(isKept) && attempt !== last) {
      return [{ run: run.id, part: attempt, why: "an old attempt" }];
    }
    return own
      .filter((checkpoint) => !isKept(checkpoint))
      .map(({ name }) => ({ run: run.id, part: path.join(attempt, "checkpoints", name), why }));
  });
  return spare;
}

async function checkpointsOf(workspace: Workspace, id: string, attempt: string): Promise<Checkpoint[]> {
  const folder = path.join(runDirectory(workspace, id), attempt, "checkpoints");
  const names = await namesIn(folder, /^step-\d+/);
  // What a killed save left aside is of no step.
  return names.map((name) => ({ attempt, name, step: /^step-\d+$/.test(name) ? Number(name.slice(5)) : -1 }));
}

/** Of a finished run the best; of one that may go on also the newest two, or all where nobody knows the best. */
async function keptSteps(
  workspace: Workspace,
  run: RunRecord,
  checkpoints: Checkpoint[],
  { passedOver }: PruneOptions,
): Promise<Set<number>> {
  if (run.state === "finished") return new Set([run.heldOutLoss?.bestStep ?? 0]);
  const steps = [...new Set(checkpoints.map(({ step }) => step))].filter((step) => step >= 0);
  let isWhole = true;
  const events = await readEvents(workspace, run.id, {
    passedOver(problem) {
      isWhole = false;
      passedOver?.(problem);
    },
  });
  if (!isWhole) return new Set(steps);
  const best = events.findLast((event) => event.type === "evaluation" && event.isBest);
  const newest = steps.sort((a, b) => b - a).slice(0, 2);
  return new Set(best?.type === "evaluation" ? [...newest, best.step] : newest);
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => pattern.test(name));
}
