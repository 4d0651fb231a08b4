import { hostname } from "node:os";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { RunRecord, TrainerEvent } from "../../handoffs/index.ts";
import { formatRoughDuration } from "../../terminal.ts";
import { LiveStatusWriter, type StopReason, watchStops, workerName } from "../queue/index.ts";
import { EventLog, updateRun } from "../runs/index.ts";
import { type Lease, parseTrainerLine, startTrainer, type TrainerEnd } from "../trainer/index.ts";
import { countMemoryKills, judgeEnd, judgeWords, type Verdict } from "./failures.ts";
import { Watchdog } from "./watchdog.ts";
import type { WorkerContext } from "./worker-context.ts";

type LastWords = Extract<TrainerEvent, { type: "finished" }>;
export type Finished = LastWords & { bestLoss: number };
type Failed = Extract<TrainerEvent, { type: "failed" }>;

/**
 * What came of an attempt. `handed-back`: its worker leaves, or lost it; somebody goes on from the checkpoint. `at-rung`:
 * it is as far as it may go before the other runs of its sweep are there.
 */
export type Outcome =
  | { kind: "finished"; finished: Finished }
  | { kind: "stopped"; reason: StopReason; failure: RunRecord["failure"] }
  | { kind: "handed-back" }
  | { kind: "at-rung"; share: number }
  | { kind: "judged"; verdict: Verdict };

const delayResolutionMs = 20;

function isResult(words: LastWords): words is Finished {
  return !words.stopped && words.bestLoss !== null;
}

/** The trainer of one attempt, watched from its start to its end. */
export class Training {
  readonly #context: WorkerContext;
  readonly #lease: Lease;
  readonly #lost: AbortSignal;
  readonly #requested = new AbortController();
  readonly #watchdog: Watchdog;
  readonly #status: LiveStatusWriter;
  readonly #loopDelay: IntervalHistogram;
  #run: RunRecord;
  #stopReason: StopReason | undefined;
  #finished: LastWords | undefined;
  #failed: Failed | undefined;
  #peakMemoryBytes = 0;

  constructor(context: WorkerContext, run: RunRecord, lease: Lease, lost: AbortSignal) {
    this.#context = context;
    this.#run = run;
    this.#lease = lease;
    this.#lost = lost;
    this.#watchdog = new Watchdog(context.silenceMs);
    this.#loopDelay = monitorEventLoopDelay({ resolution: delayResolutionMs });
    this.#status = new LiveStatusWriter(context.redis, {
      id: run.id,
      state: "running",
      worker: workerName(),
      slot: lease.slot.name,
      attempt: run.attempt,
    });
  }

  async toItsEnd(): Promise<Outcome> {
    const { redis } = this.#context;
    const memoryKills = await countMemoryKills();
    const unwatch = watchStops(redis, this.#run.id, (reason) => {
      this.#stopReason = reason;
      this.#requested.abort();
    });
    this.#loopDelay.enable();
    try {
      const end = await this.#follow();
      return this.#judge(end, (await countMemoryKills()) > memoryKills);
    } finally {
      unwatch();
      this.#watchdog.close();
      this.#loopDelay.disable();
    }
  }

  async #follow(): Promise<TrainerEnd> {
    const { workspace, redis, script, killAfterMs } = this.#context;
    const log = await EventLog.open(workspace, redis, this.#run);
    const { slot } = this.#lease;
    const trainer = await startTrainer({ workspace, run: this.#run, slot, killAfterMs, script });
    const stop = AbortSignal.any([
      this.#context.signal,
      this.#lost,
      this.#lease.lost,
      this.#requested.signal,
      this.#watchdog.signal,
    ]);
    const onStop = () => trainer.stop();
    stop.addEventListener("abort", onStop);
    if (stop.aborted) onStop();
    try {
      await this.#note({ trainer: { host: hostname(), pids: trainer.pids } });
      for await (const line of trainer.lines) {
        this.#watchdog.hear();
        const event = parseTrainerLine(line);
        if (event !== undefined) await this.#hear(event, log);
      }
      await this.#note(this.#delays());
      this.#warnOfDelays();
    } catch (error) {
      trainer.stop();
      await trainer.ended;
      throw error;
    } finally {
      stop.removeEventListener("abort", onStop);
      await log.close();
    }
    return trainer.ended;
  }

  async #hear(event: TrainerEvent, log: EventLog): Promise<void> {
    await log.write(event);
    this.#status.hear(event);
    if (event.type === "step") this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, event.memoryBytes);
    if (event.type === "checkpoint-saved") await this.#note({ ...this.#delays(), fruitlessAttempts: 0 });
    if (event.type === "finished") this.#finished = event;
    if (event.type === "failed") this.#failed = event;
  }

  async #note(change: Partial<RunRecord>): Promise<void> {
    this.#run = await updateRun(this.#context.workspace, this.#run.id, change, this.#run);
  }

  /** The timer's own period is no delay. */
  #delays(): Pick<RunRecord, "eventLoopDelayMs"> {
    const late = (nanoseconds: number) =>
      Math.max(0, Math.round(10 * (nanoseconds / 1e6 - delayResolutionMs)) / 10);
    return {
      eventLoopDelayMs: { p99: late(this.#loopDelay.percentile(99)), max: late(this.#loopDelay.max) },
    };
  }

  /** A lock is renewed by a timer: late by half of it, the run would be taken for abandoned. */
  #warnOfDelays(): void {
    const { note, lockDurationMs } = this.#context;
    const { max = 0 } = this.#run.eventLoopDelayMs ?? {};
    if (max < lockDurationMs / 4) return;
    note(
      `Run ${this.#run.id}: this worker's timers were up to ${Math.round(max)} ms late; the machine is overloaded.`,
    );
  }

  #judge(end: TrainerEnd, isMemoryKill: boolean): Outcome {
    const { id } = this.#run;
    if (this.#finished !== undefined && isResult(this.#finished)) {
      return { kind: "finished", finished: this.#finished };
    }
    const words = this.#failed && judgeWords(this.#failed, id);
    if (this.#stopReason !== undefined) {
      const failure = words && { reason: words.reason, fix: words.fix };
      return { kind: "stopped", reason: this.#stopReason, failure };
    }
    const share = this.#run.sweep?.untilShare;
    if (this.#finished?.endedBy === "rung" && share !== undefined) return { kind: "at-rung", share };
    if (words !== undefined) return { kind: "judged", verdict: words };
    if (this.#watchdog.signal.aborted) return { kind: "judged", verdict: this.#silent() };
    const isLeft = this.#context.signal.aborted || this.#lost.aborted || this.#lease.lost.aborted;
    if (isLeft) return { kind: "handed-back" };
    const circumstances = { id, peakMemoryBytes: this.#peakMemoryBytes, isMemoryKill };
    const stoppedFromOutside: TrainerEnd = { ...end, signal: "SIGTERM" };
    return {
      kind: "judged",
      verdict: judgeEnd(this.#finished ? stoppedFromOutside : end, circumstances),
    };
  }

  #silent(): Verdict {
    return {
      cure: "again-once",
      reason: `The trainer said nothing for ${formatRoughDuration(this.#context.silenceMs / 1000)} and was stopped`,
      fix: `See the worker's log; then: persona runs resume ${this.#run.id}`,
    };
  }
}
