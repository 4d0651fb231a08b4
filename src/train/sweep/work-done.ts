import { hasEnded, type RunRecord } from "../../handoffs/index.ts";
import { listLiveRuns, openQueue, type QueueServer } from "../queue/index.ts";
import { wholeRuns } from "./halving.ts";
import type { Sweep } from "./sweep-file.ts";

/** How much of a sweep is done, in whole runs. */
export async function workDone(
  server: QueueServer,
  sweep: Sweep,
  runs: RunRecord[],
): Promise<{ done: number; total: number }> {
  const live = new Map((await listLiveRuns(openQueue(server).redis)).map((status) => [status.id, status]));
  const figuresAt = (rung: number) => Object.keys(sweep.decisions[rung]?.figures ?? {});
  const shareOf = (run: RunRecord): number => {
    if (run.state === "finished") return 1;
    const { step = 0, totalSteps = Number.POSITIVE_INFINITY } = live.get(run.id) ?? {};
    const passed = sweep.rungs.filter((_, index) => figuresAt(index).includes(run.id));
    const reached = Math.max(run.sweep?.waitsAt ?? 0, passed.at(-1)?.share ?? 0);
    return hasEnded(run) ? reached : Math.max(reached, step / totalSteps);
  };
  const shares = runs.map(shareOf);
  // Where nothing compared, all have gone on.
  const rungs = sweep.rungs.filter((_, index) => !(index in sweep.decisions) || figuresAt(index).length > 0);
  return {
    done: shares.reduce((sum, share) => sum + share, 0),
    total: wholeRuns(sweep.runs.length, rungs),
  };
}
