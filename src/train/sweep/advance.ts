import { orPassOver, type PassedOver } from "../../errors.ts";
import { hasEnded, type RunRecord, readEvents } from "../../handoffs/index.ts";
import { formatPercent } from "../../terminal.ts";
import type { Workspace } from "../../workspace.ts";
import { putIntoQueue } from "../put-into-queue.ts";
import { LiveStatusWriter, openQueue, type QueueServer } from "../queue/index.ts";
import { updateRun } from "../runs/index.ts";
import { bitsAt, hasReached, heldOutBytes } from "./figures.ts";
import { dropWorst, type Figures, isAmongBest, type Rung } from "./halving.ts";
import { listSweeps, readSweep, runsOfSweep, type Sweep, withSweepLock, writeSweep } from "./sweep-file.ts";

type Decision = Sweep["decisions"][number];

/**
 * Takes a sweep as far as its runs have come: where all have arrived, the better part goes on and the rest is dropped.
 *
 * What is decided is written down before it is done, and may be done again: whoever comes next, after a worker that was
 * killed, only does what is left of it.
 */
export async function advanceSweep(server: QueueServer, workspace: Workspace, id: string): Promise<void> {
  for (let haveArrived = true; haveArrived; ) {
    haveArrived = false;
    const sweep = await decide(workspace, id);
    for (const index of sweep?.decisions.keys() ?? [])
      haveArrived = (await follow(server, workspace, sweep as Sweep, index)) || haveArrived;
  }
}

/** The same for every sweep of this workspace; `passedOver` is told of those that are damaged. */
export async function advanceSweeps(
  server: QueueServer,
  workspace: Workspace,
  passedOver: PassedOver,
): Promise<void> {
  for (const id of await listSweeps(workspace))
    await orPassOver(advanceSweep(server, workspace, id), passedOver);
}

/** Decides about each rung at which nobody is waited for any longer. */
async function decide(workspace: Workspace, id: string): Promise<Sweep | undefined> {
  const known = await readSweep(workspace, id);
  if (known === undefined || known.decisions.length === known.rungs.length) return known;
  return withSweepLock(workspace, id, async () => {
    const sweep = await readSweep(workspace, id);
    if (sweep === undefined) return undefined;
    const rung = sweep.rungs[sweep.decisions.length];
    const runs = await runsOfSweep(workspace, sweep);
    if (rung === undefined || runs.some((run) => isOnItsWay(run, sweep))) return sweep;
    const arrived = runs.filter((run) => isWaitingAt(run, sweep, rung.share) || run.state === "finished");
    const decided = {
      ...sweep,
      decisions: [...sweep.decisions, await compare(workspace, arrived, rung)],
    };
    await writeSweep(workspace, decided);
    return decided;
  });
}

/** Nobody is dropped by figures of different held-out words, as bases with other tokenisers may have them. */
async function compare(workspace: Workspace, arrived: RunRecord[], { share, keep }: Rung): Promise<Decision> {
  const figures: Figures = {};
  const heldOut = new Set<number | undefined>();
  for (const { id } of arrived) {
    const events = await readEvents(workspace, id);
    figures[id] = bitsAt(events, share) ?? null;
    heldOut.add(heldOutBytes(events));
  }
  heldOut.delete(undefined);
  return heldOut.size > 1 ? { figures: {}, dropped: [] } : { figures, dropped: dropWorst(figures, keep) };
}

/** Brings everybody who waits at a rung that was decided about to where they belong; true if that is the next rung. */
async function follow(
  server: QueueServer,
  workspace: Workspace,
  sweep: Sweep,
  index: number,
): Promise<boolean> {
  const [rung, decision] = [sweep.rungs[index], sweep.decisions[index]];
  if (rung === undefined || decision === undefined) return false;
  const decided: Decided = { sweep, rung, decision, next: sweep.rungs[index + 1]?.share };
  let haveArrived = false;
  for (const run of await runsOfSweep(workspace, sweep)) {
    if (isWaitingAt(run, sweep, rung.share))
      haveArrived = (await moveOn(server, workspace, run, decided)) || haveArrived;
  }
  return haveArrived;
}

/** A rung that was decided about, and the share of the one after it. */
interface Decided {
  sweep: Sweep;
  rung: Rung;
  decision: Decision;
  next: number | undefined;
}

/** Drops a run or lets it go on; true if it is at the next rung already. */
async function moveOn(
  server: QueueServer,
  workspace: Workspace,
  { id }: RunRecord,
  { sweep, rung, decision, next }: Decided,
): Promise<boolean> {
  const events = await readEvents(workspace, id);
  const figure = decision.figures[id] ?? bitsAt(events, rung.share) ?? null;
  // Somebody else may do the same just now, and the run may be on its way already.
  const ifStillWaiting = (change: Partial<RunRecord>) => (record: RunRecord) =>
    isWaitingAt(record, sweep, rung.share) ? change : {};
  if (!isKept(id, figure, rung, decision)) {
    const place = { id: sweep.id, dropped: explainDrop(figure, rung, decision) };
    await updateRun(workspace, id, ifStillWaiting({ state: "dropped", sweep: place }));
    new LiveStatusWriter(openQueue(server).redis, { id, state: "dropped" });
    return false;
  }
  if (next !== undefined && hasReached(events, next)) {
    await updateRun(workspace, id, ifStillWaiting({ sweep: { id: sweep.id, waitsAt: next } }));
    return true;
  }
  const place = { id: sweep.id, ...(next !== undefined && { untilShare: next }) };
  await putIntoQueue(server, workspace, id, ifStillWaiting({ state: "queued", sweep: place }));
  return false;
}

/** A latecomer is judged by the figures of those who were there. */
function isKept(id: string, figure: number | null, { keep }: Rung, { figures, dropped }: Decision): boolean {
  return id in figures ? !dropped.includes(id) : isAmongBest(figure, { figures, keep });
}

/** One that a person paused is waited for; one that failed, or that a person lets go to its end, is not. */
function isOnItsWay(run: RunRecord, { id }: Sweep): boolean {
  const mayCome = !hasEnded(run) || run.state === "paused";
  return mayCome && run.sweep?.id === id && run.sweep.untilShare !== undefined;
}

function isWaitingAt({ state, sweep: place }: RunRecord, { id }: Sweep, share: number): boolean {
  return state === "paused" && place?.id === id && place.waitsAt === share;
}

function explainDrop(figure: number | null, { share, keep }: Rung, { figures }: Decision): string {
  const measured = Object.values(figures).filter((other) => other !== null);
  const lastKept = measured.sort((a, b) => a - b)[keep - 1];
  const bits = figure === null ? "nothing was measured" : `${figure.toFixed(3)} bits a byte`;
  const others = lastKept === undefined ? "" : `, where the best ${keep} had ${lastKept.toFixed(3)} or less`;
  return `${bits} at ${formatPercent(share)}${others}`;
}
