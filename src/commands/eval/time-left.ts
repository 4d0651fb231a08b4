import type { Chosen, calibrateChoices, evaluateChoices } from "../../choices/index.ts";

type Asked = Pick<Chosen<typeof evaluateChoices & typeof calibrateChoices>, "seconds" | "calibrate">;

/**
 * What calibrating has left of the seconds that were asked for, if any were. Without it they stay the same to the last
 * digit: an evaluation that was interrupted goes on by the same choices alone.
 */
export function timeLeft({ seconds, calibrate }: Asked, startedAt: number): number | undefined {
  if (seconds === undefined || !calibrate) return seconds;
  return Math.max(1, seconds - (performance.now() - startedAt) / 1000);
}
