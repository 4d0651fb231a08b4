import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Job, UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { RunRecord, TrainerEvent } from "../handoffs.ts";
import { ScriptError } from "../python.ts";
import type { Workspace } from "../workspace.ts";
import { attemptKey, openQueue, queueName, type RunOrder, stopChannel } from "./queue.ts";
import type { QueueServer } from "./redis.ts";
import { appendEvent, publishAttempt, readRun, runDirectory, updateRun } from "./runs.ts";
import { runTrainer } from "./trainer.ts";

export interface WorkerOptions {
  workspace: Workspace;
  server: QueueServer;
  note: (line: string) => void;
  /** Raised to stop: the trainer saves, and the run goes back into the queue. */
  signal: AbortSignal;
  /** Leave once the queue has been empty for a while. */
  exitWhenIdle?: boolean;
  /** How long a run belongs to a worker that says nothing; a dead worker's run is adopted within twice that. */
  lockDurationMs?: number;
  /** Another program in place of `finetune.py`, for tests. */
  script?: string;
}

const idlePollMs = 1000;
const idleBeforeExitMs = 5000;

/** Takes runs from the queue, one at a time, until the signal is raised (or nothing is left to do). */
export async function startWorker(options: WorkerOptions): Promise<void> {
  const { server, note, signal, lockDurationMs = 60_000 } = options;
  const stops = new StopRequests(server);
  const process_ = (job: Job<RunOrder>, _token: string | undefined, lost: AbortSignal | undefined) =>
    new RunAttempt(options, stops).run(job.data.run, lost);
  const worker = new Worker<RunOrder>(queueName, process_, {
    connection: server.connect(),
    lockDuration: lockDurationMs,
    stalledInterval: lockDurationMs,
    // An adopted run goes on from its checkpoint, so dying often costs little.
    maxStalledCount: 10,
  });
  // Without a listener every failed attempt to reconnect is printed with its stack.
  worker.on("error", () => {});
  announceOutages(stops.connection, note);
  note("Waiting for runs. Ctrl-C saves and leaves.");
  await (options.exitWhenIdle ? untilIdle(server, signal) : untilRaised(signal));
  await worker.close();
  stops.close();
}

function announceOutages(connection: Redis, note: (line: string) => void): void {
  let isGone = false;
  connection.on("reconnecting", () => {
    if (!isGone) note("The queue's server is gone; training goes on, reconnecting …");
    isGone = true;
  });
  connection.on("ready", () => {
    if (isGone) note("The queue's server is back.");
    isGone = false;
  });
}

function untilRaised(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function untilIdle(server: QueueServer, signal: AbortSignal): Promise<void> {
  const queue = openQueue(server);
  let idleMs = 0;
  while (idleMs < idleBeforeExitMs && !signal.aborted) {
    await sleep(idlePollMs, undefined, { signal }).catch(() => {});
    const isIdle = (await queue.getJobCountByTypes("waiting", "active", "delayed", "prioritized")) === 0;
    idleMs = isIdle ? idleMs + idlePollMs : 0;
  }
}

/** Hears from any process, on any machine, that a run is to stop. */
class StopRequests {
  readonly connection: Redis;
  readonly #controllers = new Map<string, AbortController>();

  constructor(server: QueueServer) {
    this.connection = server.connect();
    this.connection.subscribe(stopChannel).catch(() => {});
    this.connection.on("message", (_channel, run) => this.#controllers.get(run)?.abort());
  }

  watch(run: string): AbortSignal {
    const controller = new AbortController();
    this.#controllers.set(run, controller);
    return controller.signal;
  }

  close(): void {
    this.connection.disconnect();
  }
}

type Finished = Extract<TrainerEvent, { type: "finished" }>;

/** One attempt of one run, from the order to the published model. */
class RunAttempt {
  readonly #options: WorkerOptions;
  readonly #stops: StopRequests;
  #finished: Finished | undefined;

  constructor(options: WorkerOptions, stops: StopRequests) {
    this.#options = options;
    this.#stops = stops;
  }

  async run(id: string, lost: AbortSignal | undefined): Promise<void> {
    const { workspace, note, signal } = this.#options;
    const asked = await readRun(workspace, id);
    if (asked === undefined || asked.state === "cancelled" || asked.state === "finished") return;

    const attempt = await this.#claim(asked);
    const run = await updateRun(workspace, id, {
      state: "running",
      attempt,
      worker: `${hostname()} ${process.pid}`,
      startedAt: asked.startedAt ?? new Date().toISOString(),
    });
    note(`Run ${id}: ${run.base.name}, attempt ${attempt}.`);
    const cancelled = this.#stops.watch(id);
    const stop = AbortSignal.any([signal, cancelled, ...(lost ? [lost] : [])]);
    try {
      await this.#train(run, stop);
    } catch (error) {
      if (!(error instanceof ScriptError && stop.aborted)) throw await this.#fail(run, error);
    }
    await this.#settle(run, cancelled.aborted);
  }

  /** Numbers this attempt; every earlier one loses the right to publish. */
  async #claim({ id, attempt }: RunRecord): Promise<number> {
    const redis = this.#options.server.connect();
    let next = await redis.incr(attemptKey(id));
    if (next <= attempt) {
      next = attempt + 1;
      await redis.set(attemptKey(id), next);
    }
    redis.disconnect();
    return next;
  }

  async #train(run: RunRecord, signal: AbortSignal): Promise<void> {
    const { workspace, script } = this.#options;
    const events = runTrainer({
      shardsDirectory: path.join(workspace.shards, run.dataset),
      runDirectory: runDirectory(workspace, run.id),
      run,
      signal,
      ...(script && { script }),
    });
    for await (const event of events) {
      await appendEvent(workspace, run.id, { at: new Date().toISOString(), attempt: run.attempt, ...event });
      if (event.type === "finished") this.#finished = event;
      if (event.type === "failed") throw new TrainerFailure(event.reason, event.fix);
    }
  }

  async #settle(run: RunRecord, wasCancelled: boolean): Promise<void> {
    const { workspace, server, note, signal } = this.#options;
    if (!(await this.#isCurrent(run))) return note(`Run ${run.id}: another worker has taken it over.`);

    if (this.#finished?.stopped === false) return this.#publish(run, this.#finished);
    const endedAt = new Date().toISOString();
    if (wasCancelled || !signal.aborted) {
      await updateRun(workspace, run.id, { state: "cancelled", endedAt });
      return note(`Run ${run.id}: stopped; persona runs resume ${run.id} goes on from its checkpoint.`);
    }
    await updateRun(workspace, run.id, { state: "paused" });
    const queue = openQueue(server);
    await queue.add("train", { run: run.id }, { removeOnComplete: true, removeOnFail: true });
    note(`Run ${run.id}: saved, and back in the queue.`);
  }

  async #isCurrent({ id, attempt }: RunRecord): Promise<boolean> {
    const redis = this.#options.server.connect();
    const newest = await redis.get(attemptKey(id));
    redis.disconnect();
    return newest === null || Number(newest) === attempt;
  }

  async #publish(run: RunRecord, { firstLoss, bestLoss, bestStep }: Finished): Promise<void> {
    const { workspace, note } = this.#options;
    await publishAttempt(workspace, run.id, run.attempt, bestStep);
    const before = firstLoss ?? bestLoss;
    await updateRun(workspace, run.id, {
      state: "finished",
      endedAt: new Date().toISOString(),
      heldOutLoss: { before, best: bestLoss, bestStep },
    });
    note(`Run ${run.id}: finished; held-out loss ${before.toFixed(3)} → ${bestLoss.toFixed(3)}.`);
  }

  /** Marks the run as failed; the error tells the queue that trying again would not help. */
  async #fail(run: RunRecord, error: unknown): Promise<Error> {
    const failure = describeFailure(error, run.id);
    await updateRun(this.#options.workspace, run.id, {
      state: "failed",
      endedAt: new Date().toISOString(),
      failure,
    });
    this.#options.note(`Run ${run.id}: failed. ${failure.reason}`);
    return new UnrecoverableError(failure.reason);
  }
}

class TrainerFailure extends Error {
  readonly fix: string;

  constructor(reason: string, fix: string) {
    super(reason);
    this.fix = fix;
  }
}

function describeFailure(error: unknown, id: string): { reason: string; fix: string } {
  if (error instanceof TrainerFailure) return { reason: error.message, fix: error.fix };
  if (error instanceof ScriptError && error.signal === "SIGKILL") {
    return {
      reason: "The trainer was killed (SIGKILL), most likely because the machine ran out of memory",
      fix: `Lower --micro-batch or --context-length, or use --lora; then: persona runs resume ${id}`,
    };
  }
  const lastLines = error instanceof ScriptError ? error.lastLines.slice(-5).join("\n") : String(error);
  return {
    reason: `The trainer crashed:\n${lastLines}`,
    fix: `persona runs resume ${id} goes on from its last checkpoint.`,
  };
}
