import { makeGuard } from "../../guard/index.ts";
import { hasEnded, type RunRecord } from "../../handoffs/index.ts";
import { formatPercent, formatRoughDuration } from "../../terminal.ts";
import { LiveStatusWriter, readStop, type StopReason, withdrawStop } from "../queue/index.ts";
import { publishAttempt, tidyUp, updateRun } from "../runs/index.ts";
import type { Verdict } from "./failures.ts";
import type { Finished, Outcome } from "./training.ts";
import type { WorkerContext } from "./worker-context.ts";

/** What the queue does with a run that its worker lets go; `abandoned`: it cannot be told, and finds out. */
export type Next = "done" | "abandoned" | { againAfterMs: number };

const retryMs = 1000;

/** Writes down how an attempt ended, tells who watches, and says what the queue is to do. */
export async function settle(context: WorkerContext, run: RunRecord, outcome: Outcome): Promise<Next> {
  switch (outcome.kind) {
    case "finished":
      await publish(context, run, outcome.finished);
      return "done";
    case "stopped": {
      const reason = await readStop(context.redis, run.id);
      // Somebody resumed it while it saved.
      if (reason === undefined) return handBack(context, run);
      return settleStop(context, run, reason, outcome.failure);
    }
    case "handed-back":
      return handBack(context, run);
    case "at-rung": {
      const reason = await readStop(context.redis, run.id);
      return reason === undefined
        ? waitAtRung(context, run, outcome.share)
        : settleStop(context, run, reason);
    }
    case "judged":
      return settleVerdict(context, run, outcome.verdict);
  }
}

async function publish(
  { workspace, redis, note }: WorkerContext,
  run: RunRecord,
  finished: Finished,
): Promise<void> {
  await publishAttempt(workspace, run);
  const { bestLoss, bestStep, personaBitsPerByte, othersBitsPerByte, specificity, adapter } = finished;
  const before = finished.firstLoss ?? bestLoss;
  const result: Partial<RunRecord> = {
    state: "finished",
    endedAt: new Date().toISOString(),
    heldOutLoss: { before, best: bestLoss, bestStep },
    ...(personaBitsPerByte && { personaBitsPerByte }),
    ...(othersBitsPerByte && { othersBitsPerByte }),
    ...(specificity && { specificity }),
    ...(adapter && { adapter }),
    fruitlessAttempts: 0,
  };
  await updateRun(workspace, run.id, result, run);
  new LiveStatusWriter(redis, { id: run.id, state: "finished", heldOutLoss: bestLoss });
  await tidyUp(workspace, run, bestStep).catch((error) =>
    note(`Run ${run.id}: some of its old checkpoints are left (${error.message}): persona runs prune`),
  );
  note(
    `Run ${run.id}: finished; held-out loss ${before.toFixed(3)} → ${bestLoss.toFixed(3)}. persona eval ${run.id} measures it.`,
  );
  await makeGuard(workspace, run).catch((error) =>
    note(`Run ${run.id}: the guard of its replies is left to whoever serves it (${error.message})`),
  );
}

/** Ends a run as a person asked for. */
export async function settleStop(
  { workspace, redis, note }: WorkerContext,
  run: RunRecord,
  reason: StopReason,
  failure?: RunRecord["failure"],
): Promise<Next> {
  const state = reason === "pause" ? "paused" : "cancelled";
  await updateRun(workspace, run.id, { state, endedAt: new Date().toISOString(), failure }, run);
  await withdrawStop(redis, run.id);
  new LiveStatusWriter(redis, { id: run.id, state });
  note(`Run ${run.id}: ${state}; persona runs resume ${run.id} continues from its checkpoint.`);
  return "done";
}

async function handBack(context: WorkerContext, run: RunRecord): Promise<Next> {
  // That its worker left says nothing about the run.
  await putBack(context, run, ({ fruitlessAttempts = 0 }) => ({
    fruitlessAttempts: Math.max(0, fruitlessAttempts - 1),
  }));
  context.note(`Run ${run.id}: saved, and back in the queue.`);
  return { againAfterMs: 0 };
}

/** Leaves a run where the others of its sweep are to come to; who then goes on is decided for all of them. */
async function waitAtRung(
  { workspace, redis, note }: WorkerContext,
  run: RunRecord,
  share: number,
): Promise<Next> {
  const arrived = ({ sweep }: RunRecord): Partial<RunRecord> => ({
    state: "paused",
    endedAt: new Date().toISOString(),
    ...(sweep && { sweep: { id: sweep.id, waitsAt: share } }),
  });
  await updateRun(workspace, run.id, arrived, run);
  new LiveStatusWriter(redis, { id: run.id, state: "paused" });
  note(`Run ${run.id}: ${formatPercent(share)} of its steps; it waits for the others of ${run.sweep?.id}.`);
  return "done";
}

/** A run that was cancelled while its worker did not hear of it stays so. */
async function putBack(
  { workspace, redis }: WorkerContext,
  run: RunRecord,
  change: (record: RunRecord) => Partial<RunRecord>,
): Promise<void> {
  const waiting = (record: RunRecord) =>
    hasEnded(record) ? {} : ({ state: "queued", ...change(record) } as const);
  const { state } = await updateRun(workspace, run.id, waiting, run);
  new LiveStatusWriter(redis, { id: run.id, state });
}

/** Tries again what a second attempt can cure, and writes down the rest for a person. */
export async function settleVerdict(context: WorkerContext, run: RunRecord, verdict: Verdict): Promise<Next> {
  const { workspace, redis, note, lostGpuMs } = context;
  const { cure, reason, fix, isLostGpu = false } = verdict;
  const restarts = run.restarts ?? 0;
  if (cure === "again" || (cure === "again-once" && restarts === 0)) {
    const againAfterMs = isLostGpu ? lostGpuMs : retryMs;
    const when = isLostGpu ? ` in ${formatRoughDuration(lostGpuMs / 1000)}` : "";
    note(`Run ${run.id}: ${reason}. It continues from its last checkpoint${when}.`);
    await putBack(context, run, () => (cure === "again-once" ? { restarts: 1 } : {}));
    return { againAfterMs };
  }
  const failure = { reason: cure === "again-once" ? `${reason}, for the second time` : reason, fix };
  const state = cure === "wait" ? "paused" : "failed";
  note(`Run ${run.id}: ${state}. ${failure.reason}\n  Fix: ${fix}`);
  new LiveStatusWriter(redis, { id: run.id, state });
  // A record that cannot be written must not keep the run in the queue for ever: the log and the server know.
  await updateRun(workspace, run.id, { state, endedAt: new Date().toISOString(), failure }, run).catch(
    (error) => note(`Run ${run.id}: its record could not be written: ${error.message}`),
  );
  return "done";
}
