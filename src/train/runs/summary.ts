import type { PassedOver } from "../../errors.ts";
import {
  hasEnded,
  listRuns,
  type RunRecord,
  readEvaluation,
  readEvents,
  type TrainerEvent,
} from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import {
  bestOf,
  isWorkerGone,
  type LiveStatus,
  listLiveRuns,
  openQueue,
  type QueueServer,
} from "../queue/index.ts";

/** One run as a table shows it. */
export interface RunSummary extends LiveStatus {
  /** Unset for a run whose record lies on another machine. */
  record?: RunRecord;
  /** True when its worker is no longer there, and nobody has taken the run over yet. */
  isAbandoned: boolean;
  /** True for a run whose evaluation found that it tells secrets. */
  leaks?: boolean;
}

/** Every run of this workspace, newest first, then those that other machines of the server have. */
export async function summarizeRuns(
  workspace: Workspace,
  server?: QueueServer,
  passedOver?: PassedOver,
): Promise<RunSummary[]> {
  const live = new Map<string, LiveStatus>();
  if (server !== undefined) {
    for (const status of await listLiveRuns(openQueue(server).redis)) live.set(status.id, status);
  }
  const records = await listRuns(workspace, passedOver);
  const own = await Promise.all(
    records.map((record) => summarize(workspace, record, live.get(record.id), passedOver)),
  );
  const known = new Set(records.map(({ id }) => id));
  const others = [...live.values()].filter(({ id }) => !known.has(id));
  return [...own, ...others.map((status) => ({ ...status, isAbandoned: false }))];
}

async function summarize(
  workspace: Workspace,
  record: RunRecord,
  live: LiveStatus | undefined,
  passedOver: PassedOver = () => {},
): Promise<RunSummary> {
  // A newer attempt than the record knows: another machine has the run, and writes its own copy of the record.
  if (live?.attempt !== undefined && live.attempt > record.attempt)
    return { ...live, record, isAbandoned: false };

  const { id, state, worker, slot, attempt } = record;
  const leaks = (await readEvaluation(workspace, id, passedOver))?.leaks.verdict === "leaks";
  const waitsFor = state === "queued" ? live?.waitsFor : undefined;
  return {
    id,
    state,
    at: Date.now(),
    attempt,
    ...measure(await readEvents(workspace, id, { isFinished: state === "finished", passedOver })),
    ...(worker !== undefined && { worker }),
    ...(slot !== undefined && { slot }),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(leaks && { leaks }),
    record,
    isAbandoned: !hasEnded(record) && state === "running" && isWorkerGone(worker),
  };
}

type Measures = Pick<
  LiveStatus,
  | "step"
  | "totalSteps"
  | "loss"
  | "heldOutLoss"
  | "personaBitsPerByte"
  | "specificity"
  | "tokensPerSecond"
  | "secondsLeft"
>;

/** Where a run stands, from what it said. */
export function measure(events: TrainerEvent[]): Measures {
  const last = events.findLast((event) => event.type === "step");
  return {
    ...(last && {
      step: last.step,
      totalSteps: last.totalSteps,
      loss: last.loss,
      tokensPerSecond: last.tokensPerSecond,
      ...(last.secondsLeft !== undefined && { secondsLeft: last.secondsLeft }),
    }),
    ...bestOf(events.filter((event) => event.type === "evaluation")),
  };
}
