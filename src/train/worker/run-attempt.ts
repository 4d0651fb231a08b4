import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import { type RunRecord, readRun } from "../../handoffs/index.ts";
import { LiveStatusWriter, readStop, takeCard, workerName } from "../queue/index.ts";
import { claimAttempt, isNewestAttempt, OutdatedAttempt } from "../runs/index.ts";
import { gpusOf, type Lease, leaseSlots } from "../trainer/index.ts";
import { checkDisk } from "./disk.ts";
import { judgeError, type Verdict } from "./failures.ts";
import { whyNotHere } from "./fit.ts";
import { endOrphan } from "./orphans.ts";
import { type Next, settle, settleStop, settleVerdict } from "./settle.ts";
import { Training } from "./training.ts";
import type { WorkerContext } from "./worker-context.ts";

/** How long a worker that leaves waits for a server that does not answer. */
export const serverAwayMs = 5000;

const elsewhereMs = 5000;
const noSlotMs = 1000;

/** Takes one run as far as it goes here: from the order to the published model, or to whoever can do more for it. */
export async function takeRun(context: WorkerContext, id: string, lost: AbortSignal): Promise<Next> {
  const { workspace, redis } = context;
  const asked = await readRun(workspace, id).catch(() => "unreadable" as const);
  if (asked === "unreadable") return leaveToOthers(context, id, "a worker that can read its record");
  if (asked === undefined) return leaveToOthers(context, id, "a worker that has its record");
  if (asked.state !== "queued" && asked.state !== "running") return "done";
  return judged(context, asked, async () => {
    const reason = await readStop(redis, id);
    if (reason !== undefined) return settleStop(context, asked, reason);
    const waitsFor = await whyNotHere(workspace, asked, context);
    if (waitsFor !== undefined) return leaveToOthers(context, id, waitsFor);
    context.refused.delete(id);
    return attempt(context, asked, lost);
  });
}

/** Works on a run as `run` has it: of another attempt's record nothing could be written down. */
async function judged(context: WorkerContext, run: RunRecord, work: () => Promise<Next>): Promise<Next> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OutdatedAttempt)) return settleVerdict(context, run, judgeError(error, run.id));
    context.note(`Run ${run.id}: another worker has taken it over.`);
    return "done";
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
  const lease = await leaseSlots(redis, slots, gpusOf(asked), { durationMs: lockDurationMs });
  if (lease === undefined) return { againAfterMs: noSlotMs };
  try {
    const run = await claim(context, asked, lease);
    if (run === undefined) return "done";
    return await withCard(context, run, lease, () =>
      judged(context, run, () => train(context, run, lease, lost)),
    );
  } finally {
    await lease.release();
  }
}

/** Works on a GPU once the personas that are served from it have left; a processor is shared. */
async function withCard<T>(
  { redis, lockDurationMs, cardPatienceMs, signal, note }: WorkerContext,
  { id }: RunRecord,
  { slot }: Lease,
  work: () => Promise<T>,
): Promise<T> {
  if (!slot.name.startsWith("gpu:")) return work();
  const card = await takeCard(redis, { durationMs: lockDurationMs, patienceMs: cardPatienceMs, signal });
  if (!card.isFree && !signal.aborted)
    note(`Run ${id}: a persona that is served here has kept the GPU; the run begins beside it.`);
  try {
    return await work();
  } finally {
    await card.release();
  }
}

async function train(context: WorkerContext, run: RunRecord, lease: Lease, lost: AbortSignal): Promise<Next> {
  const { redis, workspace, note } = context;
  const outcome = await new Training(context, run, lease, lost).toItsEnd();
  const isNewest = await unlessLeaving(context, isNewestAttempt(redis, workspace, run));
  if (isNewest === undefined) {
    note(`Run ${run.id}: saved; the queue's server cannot be reached, so the run waits for the next worker.`);
    return "abandoned";
  }
  if (!isNewest) throw new OutdatedAttempt(run.id);
  return settle(context, run, outcome);
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
