import { hasEnded, type RunRecord, readEvents, type TrainerEvent } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { putIntoQueue } from "../put-into-queue.ts";
import { bestOf, LiveStatusWriter, openQueue, type QueueServer } from "../queue/index.ts";
import { updateRun } from "../runs/index.ts";
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
  const sweep = await decide(workspace, id);
  if (sweep === undefined) return;
  for (const index of sweep.decisions.keys()) await follow(server, workspace, sweep, index);
}

/** The same for every sweep of this workspace. */
export async function advanceSweeps(server: QueueServer, workspace: Workspace): Promise<void> {
  for (const id of await listSweeps(workspace)) await advanceSweep(server, workspace, id);
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
    const figures: Figures = {};
    for (const { id } of arrived) figures[id] = await figureAt(workspace, id, rung.share);
    const decided = {
      ...sweep,
      decisions: [...sweep.decisions, { figures, dropped: dropWorst(figures, rung.keep) }],
    };
    await writeSweep(workspace, decided);
    return decided;
  });
}

/** Brings everybody who waits at a rung that was decided about to where they belong. */
async function follow(server: QueueServer, workspace: Workspace, sweep: Sweep, index: number): Promise<void> {
  const [rung, decision] = [sweep.rungs[index], sweep.decisions[index]];
  if (rung === undefined || decision === undefined) return;
  for (const run of await runsOfSweep(workspace, sweep)) {
    if (!isWaitingAt(run, sweep, rung.share)) continue;
    // Somebody else may do the same just now, and the run may be on its way already.
    const ifStillWaiting = (change: Partial<RunRecord>) => (record: RunRecord) =>
      isWaitingAt(record, sweep, rung.share) ? change : {};
    const figure = decision.figures[run.id] ?? (await figureAt(workspace, run.id, rung.share));
    if (isKept(run.id, figure, rung, decision)) {
      const place = { id: sweep.id, untilShare: sweep.rungs[index + 1]?.share };
      await putIntoQueue(server, workspace, run.id, ifStillWaiting({ state: "queued", sweep: place }));
    } else {
      const place = { id: sweep.id, dropped: explainDrop(figure, rung, decision) };
      await updateRun(workspace, run.id, ifStillWaiting({ state: "dropped", sweep: place }));
      new LiveStatusWriter(openQueue(server).redis, { id: run.id, state: "dropped" });
    }
  }
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

/** What the persona's held-out words cost a run at a share of its steps, however far it has come since. */
async function figureAt(workspace: Workspace, id: string, share: number): Promise<number | null> {
  return bitsAt(await readEvents(workspace, id), share) ?? null;
}

/** The same from what a run said: the best until the evaluation that is nearest to the share. */
export function bitsAt(events: TrainerEvent[], share: number): number | undefined {
  const evaluations = events.filter((event) => event.type === "evaluation");
  const steps = events.findLast((event) => event.type === "step")?.totalSteps ?? 0;
  const farness = ({ step }: { step: number }) => Math.abs(step - share * steps);
  const measured = evaluations.filter(({ step }) => step > 0).sort((a, b) => a.step - b.step);
  const nearest = measured.reduce<(typeof measured)[number] | undefined>(
    (best, each) => (best === undefined || farness(each) <= farness(best) ? each : best),
    undefined,
  );
  return bestOf(evaluations.filter(({ step }) => step <= (nearest?.step ?? 0))).personaBitsPerByte;
}

function explainDrop(figure: number | null, { share, keep }: Rung, { figures }: Decision): string {
  const measured = Object.values(figures).filter((other) => other !== null);
  const lastKept = measured.sort((a, b) => a - b)[keep - 1];
  const bits = figure === null ? "nothing was measured" : `${figure.toFixed(3)} bits a byte`;
  const others = lastKept === undefined ? "" : `, and the best ${keep} had ${lastKept.toFixed(3)} or less`;
  return `${bits} at ${Math.round(100 * share)} % of its steps${others}`;
}
