import * as z from "zod";
import { RunState, type TrainerEvent } from "../../handoffs/index.ts";
import { keyOf, type QueueConnection } from "./server/index.ts";

const liveKey = keyOf("live");
const writeEveryMs = 1000;

/** What any machine on the same server can know of a run: numbers and places, no words. */
export const LiveStatus = z.object({
  id: z.string(),
  state: RunState,
  /** Unix time in milliseconds at which this was so. */
  at: z.number(),
  worker: z.string().optional(),
  slot: z.string().optional(),
  attempt: z.int().optional(),
  step: z.int().optional(),
  totalSteps: z.int().optional(),
  loss: z.number().optional(),
  heldOutLoss: z.number().optional(),
  personaBitsPerByte: z.number().optional(),
  /** A share: how much more the persona's words have gained than others'. */
  specificity: z.number().optional(),
  tokensPerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  /** Why it waits although a worker is free. */
  waitsFor: z.string().optional(),
});
export type LiveStatus = z.infer<typeof LiveStatus>;

/** Keeps a run's status on the server up to date, at most once a second. */
export class LiveStatusWriter {
  readonly #redis: QueueConnection;
  #status: LiveStatus;
  #writtenAt = 0;

  constructor(redis: QueueConnection, status: Omit<LiveStatus, "at">) {
    this.#redis = redis;
    this.#status = { ...status, at: Date.now() };
    this.#write();
  }

  /** Follows an attempt's events. */
  hear(event: TrainerEvent): void {
    if (event.type !== "step" && event.type !== "evaluation") return;
    if (event.type === "evaluation") {
      if (event.isBest) this.#status = { ...this.#status, ...bestOf([event]) };
    } else {
      const { step, totalSteps, loss, tokensPerSecond } = event;
      this.#status = { ...this.#status, step, totalSteps, loss, tokensPerSecond };
    }
    if (Date.now() - this.#writtenAt > writeEveryMs) this.#write();
  }

  set(change: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#write();
  }

  #write(): void {
    this.#writtenAt = Date.now();
    const status = { ...this.#status, at: this.#writtenAt };
    // Not waited for: training goes on while the server is away.
    this.#redis.hset(liveKey, status.id, JSON.stringify(status)).catch(() => {});
  }
}

/** What the best of some evaluations measured. */
export function bestOf(
  evaluations: Extract<TrainerEvent, { type: "evaluation" }>[],
): Pick<LiveStatus, "heldOutLoss" | "personaBitsPerByte" | "specificity"> {
  const [first, ...others] = evaluations;
  if (first === undefined) return {};
  const { loss, step, personaBitsPerByte, specificity } = others.reduce(
    (best, each) => (each.loss < best.loss ? each : best),
    first,
  );
  return {
    heldOutLoss: loss,
    ...(personaBitsPerByte && { personaBitsPerByte }),
    ...(specificity && step > 0 && { specificity: specificity.value }),
  };
}

/** The newest status of every run that workers of this server have had. */
export async function listLiveRuns(redis: QueueConnection): Promise<LiveStatus[]> {
  const statuses = Object.values(await redis.hgetall(liveKey)).map(
    (text) => LiveStatus.safeParse(JSON.parse(text)).data,
  );
  return statuses.filter((status) => status !== undefined);
}

export async function removeLiveStatus(redis: QueueConnection, run: string): Promise<void> {
  await redis.hdel(liveKey, run);
}
