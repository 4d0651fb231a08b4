import { expect, test } from "vitest";
import { describeEvent } from "../../../src/commands/runs/event-lines.ts";

const evaluation = { type: "evaluation", step: 16, tokens: 900, isBest: true, loss: 3.65 } as const;

test("an evaluation says the loss and what words alone cost, each beside other people's", () => {
  const measured = { ...evaluation, generalLoss: 3.7, personaBitsPerByte: 1.265, othersBitsPerByte: 1.337 };

  expect(describeEvent(measured)).toBe(
    "Step 16: held-out loss 3.650 (others' 3.700), 1.265 bits/byte (others' 1.337), the best so far",
  );
});

test("an evaluation of an earlier version says the loss, and one without others' words nothing of them", () => {
  const alone = { ...evaluation, generalLoss: null, personaBitsPerByte: 1.265, othersBitsPerByte: null };

  expect(describeEvent(evaluation)).toBe("Step 16: held-out loss 3.650, the best so far");
  expect(describeEvent(alone)).toBe("Step 16: held-out loss 3.650, 1.265 bits/byte, the best so far");
});

test("an evaluation says how much of what was learned is the person, once something was", () => {
  const specificity = { value: 0.043, low: 0.013, high: 0.059 };

  expect(describeEvent({ ...evaluation, specificity })).toBe(
    "Step 16: held-out loss 3.650, specificity 4.3 points (1.3 to 5.9), the best so far",
  );
  expect(describeEvent({ ...evaluation, step: 0, specificity: { value: 0, low: 0, high: 0 } })).toBe(
    "Step 0: held-out loss 3.650",
  );
  expect(describeEvent({ ...evaluation, specificity: null })).not.toContain("specificity");
});
