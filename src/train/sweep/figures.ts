import type { TrainerEvent } from "../../handoffs/index.ts";
import { bestOf } from "../queue/index.ts";

/** What the persona's held-out words cost a run at a share of its steps, however far it has come since. */
export function bitsAt(events: TrainerEvent[], share: number): number | undefined {
  const last = rungStep(events, share);
  return bestOf(evaluationsOf(events).filter(({ step }) => step <= last)).personaBitsPerByte;
}

/** How many bytes the words have that a run is measured by; undefined for a run from before it was kept. */
export function heldOutBytes(events: TrainerEvent[]): number | undefined {
  return evaluationsOf(events).at(-1)?.personaBytes;
}

/** Whether a run is where it is to wait: few and far evaluations are near to two shares. */
export function hasReached(events: TrainerEvent[], share: number): boolean {
  const last = evaluationsOf(events).at(-1);
  return last !== undefined && last.step > 0 && last.step >= rungStep(events, share);
}

/** The evaluation that is nearest to a share of all steps: `evaluation_near` in `scripts/trainer/schedule.py`. */
function rungStep(events: TrainerEvent[], share: number): number {
  const steps = events.findLast((event) => event.type === "step")?.totalSteps ?? 0;
  const every = evaluationsOf(events).find(({ step }) => step > 0)?.step ?? 1;
  return Math.min(steps, every * Math.max(1, Math.floor((share * steps) / every + 0.5)));
}

function evaluationsOf(events: TrainerEvent[]) {
  return events.filter((event) => event.type === "evaluation").sort((a, b) => a.step - b.step);
}
