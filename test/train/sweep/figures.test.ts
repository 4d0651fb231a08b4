import { expect, test } from "vitest";
import type { TrainerEvent } from "../../../src/handoffs/index.ts";
import { bitsAt, hasReached } from "../../../src/train/sweep/figures.ts";

/** A run of 60 steps that was evaluated at these, each time at other bits a byte. */
function evaluatedAt(...figures: [step: number, bits: number][]): TrainerEvent[] {
  const step = { type: "step", step: 60, totalSteps: 60, loss: 1 } as TrainerEvent;
  const evaluations = figures.map(
    ([step, personaBitsPerByte]) =>
      ({
        type: "evaluation",
        step,
        loss: personaBitsPerByte,
        personaBitsPerByte,
        isBest: true,
      }) as TrainerEvent,
  );
  return [step, ...evaluations];
}

test("a run is measured by its best until the evaluation that is nearest to the rung", () => {
  const events = evaluatedAt([0, 3], [6, 2.5], [12, 2.6], [18, 2.1], [24, 2], [60, 1.9]);

  expect(bitsAt(events, 1 / 9)).toBe(2.5);
  expect(bitsAt(events, 0.2)).toBe(2.5);
  expect(bitsAt(events, 1 / 3)).toBe(2.1);
  expect(bitsAt(events, 1)).toBe(1.9);
  expect(bitsAt([], 1)).toBeUndefined();
});

test("with few evaluations, one may be near to two rungs", () => {
  const events = evaluatedAt([0, 3], [16, 2.5]);

  expect(hasReached(events, 1 / 9)).toBe(true);
  expect(hasReached(events, 1 / 3)).toBe(true);
  expect(hasReached(events, 0.5)).toBe(false);
  expect(hasReached(evaluatedAt([0, 3]), 1 / 9)).toBe(false);
});
