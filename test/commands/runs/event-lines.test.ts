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
