import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { UserError } from "../errors.ts";
import type { RunRecord } from "../handoffs.ts";
import type { Workspace } from "../workspace.ts";
import { claimAttempt, isNewestAttempt } from "./attempts.ts";
import { checkDisk } from "./disk.ts";
import { judgeError, type Verdict } from "./failures.ts";
import { whyNotHere } from "./fit.ts";
import { LiveStatusWriter } from "./live-status.ts";
import { endOrphan } from "./orphans.ts";
import { publishAttempt } from "./publish.ts";
import type { QueueServer } from "./redis.ts";
import { OutdatedAttempt, readRun, updateRun } from "./runs.ts";
import { type Lease, leaseSlots, type Slot } from "./slots.ts";
import { readStop, type StopReason, withdrawStop } from "./stop-requests.ts";
import { cardsOf } from "./trainer.ts";
import { type Finished, type Outcome, Training, workerName } from "./training.ts";

export interface WorkerOptions {
  workspace: Workspace;
  server: QueueServer;
  note: (line: string) => void;
  /** Raised to stop: the trainer saves, and the run goes back into the queue. */
  signal: AbortSignal;
  /** Leave once the queue has been empty for a while. */
  exitWhenIdle?: boolean;
  /** How long that is. */
  idleBeforeExitMs?: number;
  /** How long a run belongs to a worker that says nothing; a dead worker's run is adopted within twice that. */
  lockDurationMs?: number;
  /** A trainer that says nothing for so long is stopped, and started again once. */
  silenceMs?: number;
  /** How long a trainer that is told to stop may write nothing before it is killed. */
  killAfterMs?: number;
  /** Attempts in a row without a checkpoint after which a run is given up. */
  fruitlessAttempts?: number;
  /** Take every base on a processor, even one that fills the machine's memory. */
  anySize?: boolean;
  /** The places for runs on this machine, when not found by asking the driver. */
  slots?: Slot[];
  /** Another program in place of `finetune.py`, for tests. */
  script?: string;
}

const defaults = {
  exitWhenIdle: false,
  idleBeforeExitMs: 5000,
  lockDurationMs: 60_000,
  silenceMs: 30 * 60_000,
  killAfterMs: 120_000,
  fruitlessAttempts: 5,
  anySize: false,
  script: "finetune.py",
};

export interface WorkerContext extends Omit<WorkerOptions, keyof typeof defaults>, Readonly<typeof defaults> {
  slots: Slot[];
  redis: Redis;
  /** Runs that this machine cannot take. */
  refused: Set<string>;
}

/** What a worker knows, from what it was told; the rest has a default. */
export function openWorkerContext(options: WorkerOptions, redis: Redis, slots: Slot[]): WorkerContext {
  return { ...defaults, ...options, slots, redis, refused: new Set() };
}

/** What the queue does with a run that its worker lets go; `abandoned`: it cannot be told, and finds out. */
export type Next = "done" | "abandoned" | { againAfterMs: number };

/** How long a worker that leaves waits for a server that does not answer. */
export const serverAwayMs = 5000;

const elsewhereMs = 5000;
const noSlotMs = 1000;
const retryMs = 1000;

/** Takes one run as far as it goes here: from the order to the published model, or to whoever can do more for it. */
export async function takeRun(context: WorkerContext, id: string, lost: AbortSignal): Promise<Next> {
  const { workspace, redis, note } = context;
  const asked = await readRun(workspace, id);
  if (asked === undefined) return leaveToOthers(context, id, "a worker that has its record");
  if (asked.state !== "queued" && asked.state !== "running") return "done";
  try {
    const reason = await readStop(redis, id);
    if (reason !== undefined) return await settleStop(context, asked, reason);
    const waitsFor = await whyNotHere(workspace, asked, context);
    if (waitsFor !== undefined) return leaveToOthers(context, id, waitsFor);
    context.refused.delete(id);
    return await attempt(context, asked, lost);
  } catch (error) {
    if (error instanceof OutdatedAttempt) {
      note(`Run ${id}: another worker has taken it over.`);
      return "done";
    }
    return settleVerdict(context, asked, judgeError(error, id));
  }
}

function leaveToOthers({ refused, redis, note }: WorkerContext, id: string, waitsFor: string): Next {
  if (!refused.has(id)) {
    note(`Run ${id} waits for ${waitsFor}.`);
    new LiveStatusWriter(redis, { id, state: "queued", waitsFor });
  }
  refused.add(id);
  return { againAfterMs: elsewhereMs };
}

async function attempt(context: WorkerContext, asked: RunRecord, lost: AbortSignal): Promise<Next> {
  const { redis, slots, lockDurationMs } = context;
  const lease = await leaseSlots(redis, slots, cardsOf(asked), { durationMs: lockDurationMs });
  if (lease === undefined) return { againAfterMs: noSlotMs };
  try {
    const run = await claim(context, asked, lease);
    if (run === undefined) return "done";
    const outcome = await new Training(context, run, lease, lost).toItsEnd();
    const isNewest = await unlessLeaving(context, isNewestAttempt(redis, context.workspace, run));
    if (isNewest === undefined) {
      context.note(
        `Run ${run.id}: saved; the queue's server is away, and the run waits for the next worker.`,
      );
      return "abandoned";
    }
    if (!isNewest) throw new OutdatedAttempt(run.id);
    return await settle(context, run, outcome);
  } finally {
    await lease.release();
  }
}

/** The server's answer, however long it is away; undefined when this worker is to leave before it comes. */
async function unlessLeaving<T>({ signal }: WorkerContext, answer: Promise<T>): Promise<T | undefined> {
  let hasAnswered = false;
  const noteAnswer = () => {
    hasAnswered = true;
  };
  answer.then(noteAnswer, noteAnswer);
  for (let waitedMs = 0; !hasAnswered && waitedMs < serverAwayMs; await sleep(10)) {
    waitedMs = signal.aborted ? waitedMs + 10 : 0;
  }
  return hasAnswered ? answer : undefined;
}

/** Makes the run this worker's, unless there is no room for it or no hope. */
async function claim(
  context: WorkerContext,
  asked: RunRecord,
  { slot }: Lease,
): Promise<RunRecord | undefined> {
  const { workspace, redis, note, killAfterMs } = context;
  const fruitless = asked.fruitlessAttempts ?? 0;
  if (fruitless >= context.fruitlessAttempts) {
    await settleVerdict(context, asked, hopeless(asked.id, fruitless));
    return undefined;
  }
  try {
    await checkDisk(workspace, asked);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await settleVerdict(context, asked, { cure: "wait", reason: error.message, fix: error.fix });
    return undefined;
  }
  await endOrphan(workspace, asked, killAfterMs);
  const run = await claimAttempt(redis, workspace, asked, {
    state: "running",
    worker: workerName(),
    slot: slot.name,
    startedAt: asked.startedAt ?? new Date().toISOString(),
    endedAt: undefined,
    failure: undefined,
    fruitlessAttempts: fruitless + 1,
  });
  note(`Run ${run.id}: ${run.base.name} on ${slot.name}, attempt ${run.attempt}.`);
  return run;
}

function hopeless(id: string, attempts: number): Verdict {
  return {
    cure: "give-up",
    reason: `${attempts} attempts in a row ended without a checkpoint`,
    fix: `See the worker's log for why; then: persona runs resume ${id}`,
  };
}

async function settle(context: WorkerContext, run: RunRecord, outcome: Outcome): Promise<Next> {
  switch (outcome.kind) {
    case "finished":
      await publish(context, run, outcome.finished);
      return "done";
    case "stopped":
      return settleStop(context, run, outcome.reason, outcome.failure);
    case "handed-back":
      await release(context, run);
      context.note(`Run ${run.id}: saved, and back in the queue.`);
      return { againAfterMs: 0 };
    case "judged":
      return settleVerdict(context, run, outcome.verdict);
  }
}

async function publish(
  { workspace, redis, note }: WorkerContext,
  run: RunRecord,
  { firstLoss, bestLoss, bestStep }: Finished,
): Promise<void> {
  await publishAttempt(workspace, run, bestStep);
  const before = firstLoss ?? bestLoss;
  const endedAt = new Date().toISOString();
  const heldOutLoss = { before, best: bestLoss, bestStep };
  await updateRun(workspace, run.id, { state: "finished", endedAt, heldOutLoss, fruitlessAttempts: 0 }, run);
  new LiveStatusWriter(redis, { id: run.id, state: "finished", heldOutLoss: bestLoss });
  note(`Run ${run.id}: finished; held-out loss ${before.toFixed(3)} → ${bestLoss.toFixed(3)}.`);
}

async function settleStop(
  { workspace, redis, note }: WorkerContext,
  run: RunRecord,
  reason: StopReason,
  failure?: RunRecord["failure"],
): Promise<Next> {
  const state = reason === "pause" ? "paused" : "cancelled";
  await updateRun(workspace, run.id, { state, endedAt: new Date().toISOString(), failure }, run);
  await withdrawStop(redis, run.id);
  new LiveStatusWriter(redis, { id: run.id, state });
  note(`Run ${run.id}: ${state}; persona runs resume ${run.id} goes on from its checkpoint.`);
  return "done";
}

async function release({ workspace, redis }: WorkerContext, run: RunRecord): Promise<void> {
  await updateRun(workspace, run.id, { state: "queued" }, run);
  new LiveStatusWriter(redis, { id: run.id, state: "queued" });
}

/** Tries again what a second attempt can cure, and writes down the rest for a person. */
async function settleVerdict(context: WorkerContext, run: RunRecord, verdict: Verdict): Promise<Next> {
  const { workspace, redis, note } = context;
  const { cure, reason, fix } = verdict;
  const restarts = run.restarts ?? 0;
  if (cure === "again" || (cure === "again-once" && restarts === 0)) {
    note(`Run ${run.id}: ${reason}. It goes on from its last checkpoint.`);
    await updateRun(
      workspace,
      run.id,
      { state: "queued", ...(cure === "again-once" && { restarts: 1 }) },
      run,
    );
    new LiveStatusWriter(redis, { id: run.id, state: "queued" });
    return { againAfterMs: retryMs };
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
