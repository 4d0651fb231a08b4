import type { RunRecord } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { putIntoQueue, queuedAgain } from "../put-into-queue.ts";
import type { QueueServer } from "../queue/index.ts";
import { createRun, idOf, type RunRequest, updateRun } from "../runs/index.ts";
import { advanceSweep } from "./advance.ts";
import { planRungs } from "./halving.ts";
import { readSweep, type Sweep, sweepIdOf, writeSweep } from "./sweep-file.ts";

/** A sweep before it is asked for: each of its runs once, by id. */
export interface SweepPlan {
  id: string;
  rungs: Sweep["rungs"];
  requests: Map<string, RunRequest>;
}

/** Requests that are the same are one run. */
export function planSweep(requests: RunRequest[]): SweepPlan {
  const byId = new Map(requests.map((request) => [idOf(request), request]));
  return { id: sweepIdOf([...byId.keys()]), rungs: planRungs(byId.size), requests: byId };
}

/**
 * Queues the runs of a sweep; asked for again, it goes on where it was: only what was interrupted is queued.
 *
 * The sweep's file comes last: of one that was killed before, the runs wait at their first rung until it is asked for again.
 */
export async function requestSweep(
  server: QueueServer,
  workspace: Workspace,
  { id, rungs, requests }: SweepPlan,
): Promise<Sweep> {
  const [first] = rungs;
  const place = { id, ...(first && { untilShare: first.share }) };
  for (const request of requests.values()) {
    const run = await createRun({ ...request, sweep: place });
    await join(server, workspace, run, place, request.priority);
  }
  const known = await readSweep(workspace, id);
  const createdAt = new Date().toISOString();
  const sweep = known ?? { format: 1, id, createdAt, runs: [...requests.keys()], rungs, decisions: [] };
  if (known === undefined) await writeSweep(workspace, sweep);
  await advanceSweep(server, workspace, id);
  return sweep;
}

/** A run that finished is compared as it is; one that somebody else has asked for goes its own way. */
async function join(
  server: QueueServer,
  workspace: Workspace,
  run: RunRecord,
  place: NonNullable<RunRecord["sweep"]>,
  priority: number | undefined,
): Promise<void> {
  const isMember = run.sweep?.id === place.id;
  if (run.state === "running") return;
  if (run.state === "finished") {
    if (!isMember) await updateRun(workspace, run.id, { sweep: { id: place.id } });
    return;
  }
  if (isMember && !isInterrupted(run)) return;
  await putIntoQueue(server, workspace, run.id, (record) =>
    queuedAgain(record, priority, isMember ? {} : { sweep: place }),
  );
}

/** Neither dropped nor cancelled nor failed, and not where it is to wait. */
function isInterrupted({ state, sweep }: RunRecord): boolean {
  return state === "queued" || (state === "paused" && sweep?.waitsAt === undefined);
}
