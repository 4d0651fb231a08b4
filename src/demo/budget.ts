import { runScript } from "../python.ts";

/** How much of the demo's training fits into the time that there is. */
export interface DemoPlan {
  steps: number;
  /** Of the whole demo, by this machine's rate. */
  expectedMinutes: number;
  /** Whether the run is measured at the end. */
  evaluates: boolean;
}

/** In so short a run, many small steps teach more than few large ones: docs/decisions/fidelity.md. */
export const tokensPerStep = 512;

/**
 * What the demo does beside its steps (import, prepare, three measurements, export, three answers of two models), as the
 * number of tokens that could be trained on meanwhile: 80 seconds of a machine that trains on 280 a second.
 */
const tokensBesideTraining = 24_000;
/** Fewer steps show nothing. */
const minSteps = 16;
/** More than this sample's conversations are worth. */
const maxSteps = 1600;

/** What measuring the run takes at the end, where there is time for it: a shorter demo had better train. */
const evaluationMinutes = 1.5;
const leastMinutesToEvaluate = 10;

/** A slow machine trains less, and not longer. */
export function planDemo(minutes: number, tokensPerSecond: number): DemoPlan {
  const evaluates = minutes >= leastMinutesToEvaluate;
  const besideMinutes = tokensBesideTraining / tokensPerSecond / 60 + (evaluates ? evaluationMinutes : 0);
  const tokens = (minutes - besideMinutes) * 60 * tokensPerSecond;
  const steps = Math.min(maxSteps, Math.max(minSteps, Math.floor(tokens / tokensPerStep)));
  const expectedMinutes = besideMinutes + (steps * tokensPerStep) / tokensPerSecond / 60;
  return { steps, expectedMinutes, evaluates };
}

/** Tokens a second that this machine trains a base on, measured for some seconds. */
export async function measureSpeed(base: string): Promise<number> {
  for await (const line of runScript("measure_speed.py", ["--base", base])) {
    const { tokensPerSecond } = line as { tokensPerSecond: unknown };
    if (typeof tokensPerSecond === "number" && tokensPerSecond > 0) return tokensPerSecond;
  }
  throw new Error("measure_speed.py measured nothing");
}
