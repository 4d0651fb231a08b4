import { keyOf, type QueueConnection } from "./server/index.ts";

/** Why a run is to stop: for good, or until somebody resumes it. */
export type StopReason = "cancel" | "pause";

const stopKey = (run: string) => keyOf("stop", run);
/** A trainer hears of its stop within a second. */
const pollMs = 400;

/** Asks whichever worker has the run, on whatever machine, to stop it. The request stands until it is followed. */
export async function askToStop(redis: QueueConnection, run: string, reason: StopReason): Promise<void> {
  await redis.set(stopKey(run), reason);
}

export async function withdrawStop(redis: QueueConnection, run: string): Promise<void> {
  await redis.del(stopKey(run));
}

export async function readStop(redis: QueueConnection, run: string): Promise<StopReason | undefined> {
  const reason = await redis.get(stopKey(run));
  return reason === "cancel" || reason === "pause" ? reason : undefined;
}

/**
 * Calls back once when the run is asked to stop.
 *
 * Asks instead of subscribing: a message published while a worker reconnects would be lost, and a key is not.
 */
export function watchStops(
  redis: QueueConnection,
  run: string,
  onStop: (reason: StopReason) => void,
): () => void {
  let isAsking = false;
  const timer = setInterval(async () => {
    // While the server is away the question waits in line; one is enough.
    if (isAsking) return;
    isAsking = true;
    const reason = await readStop(redis, run).catch(() => undefined);
    isAsking = false;
    if (reason === undefined) return;
    clearInterval(timer);
    onStop(reason);
  }, pollMs);
  return () => clearInterval(timer);
}
