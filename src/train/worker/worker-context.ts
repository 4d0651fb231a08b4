import { workerChoices } from "../../choices/index.ts";
import type { Workspace } from "../../workspace.ts";
import type { QueueConnection, QueueServer } from "../queue/index.ts";
import type { Slot } from "../trainer/index.ts";

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
  /** How often the records are searched for runs whose order got lost. */
  lookThroughEveryMs?: number;
  /** How long a run belongs to a worker that says nothing; a dead worker's run is adopted within twice that. */
  lockDurationMs?: number;
  /** A trainer that says nothing for so long is stopped, and started again once. */
  silenceMs?: number;
  /** How long a GPU that was lost is left alone before its run tries again. */
  lostGpuMs?: number;
  /** How long a trainer that is told to stop may write nothing before it is killed. */
  killAfterMs?: number;
  /** How long a run waits for a persona that is served from the GPU to hand it over. */
  cardPatienceMs?: number;
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
  lookThroughEveryMs: 60_000,
  lockDurationMs: workerChoices.lockDuration.default as number,
  silenceMs: workerChoices.silenceMinutes.default * 60_000,
  lostGpuMs: 3 * 60_000,
  killAfterMs: workerChoices.killAfter.default * 1000,
  cardPatienceMs: 60_000,
  fruitlessAttempts: 5,
  anySize: false,
  script: "finetune.py",
};

export interface WorkerContext extends Omit<WorkerOptions, keyof typeof defaults>, Readonly<typeof defaults> {
  slots: Slot[];
  redis: QueueConnection;
  /** Runs that this machine cannot take. */
  refused: Set<string>;
  /** Decisions about sweeps that are being made: they may queue runs. */
  deciding: Set<Promise<void>>;
}

/** What a worker knows, from what it was told; the rest has a default. */
export function createWorkerContext(
  options: WorkerOptions,
  redis: QueueConnection,
  slots: Slot[],
): WorkerContext {
  return { ...defaults, ...options, slots, redis, refused: new Set(), deciding: new Set() };
}
