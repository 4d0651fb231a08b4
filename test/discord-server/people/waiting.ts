import { setTimeout as wait } from "node:timers/promises";

/** Patient, so that a busy machine is no failure. */
const patienceMs = 60_000;

/** Waits until something is there; `otherwise` says what was there instead. */
export async function until<Value>(
  find: () => Value | undefined | false,
  otherwise: () => string,
): Promise<Value> {
  const givesUpAt = performance.now() + patienceMs;
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > givesUpAt) throw new Error(otherwise());
    await wait(5);
  }
}
