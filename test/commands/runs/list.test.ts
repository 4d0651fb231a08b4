import { expect, test } from "vitest";
import { comparisonTable } from "../../../src/commands/runs/compare.ts";
import { runsTable } from "../../../src/commands/runs/list.ts";
import { runRecord } from "../../train/run-record.ts";

test("the table shows progress, pace and place of what runs, and marks what answers and what is stale", () => {
  const record = runRecord({
    id: "bbbb",
    state: "finished",
    heldOutLoss: { before: 3.5, best: 2.25, bestStep: 9 },
    personaBitsPerByte: { before: 1.37, best: 1.265 },
    specificity: { value: 0.043, low: 0.013, high: 0.059 },
    stale: { reason: "a person was forgotten", at: "2026-11-01" },
  });
  const running = { id: "aaaa", state: "running" as const, at: 0, isAbandoned: false };
  const lines = runsTable(
    [
      {
        ...running,
        step: 30,
        totalSteps: 100,
        loss: 2.5,
        personaBitsPerByte: 1.3,
        specificity: 0.021,
        tokensPerSecond: 1234,
        secondsLeft: 125,
        worker: "box 7",
        slot: "gpu:1",
      },
      { ...running, id: "bbbb", state: "finished", record, leaks: true },
    ],
    "bbbb",
  );

  expect(lines).toEqual([
    "   run   state     progress          loss       held-out      bits/byte  specificity  tok/s       left  where        base",
    "   aaaa  running   ███░░░░░░░ 30%   2.500                         1.300   2.1 points  1,234  2 min 5 s  box 7 gpu:1  (on another machine)",
    "▶  bbbb  finished  ██████████ 100%         3.500 → 2.250  1.370 → 1.265   4.3 points                                 gpt2                  stale: a person was forgotten; leaks: see persona eval",
  ]);
});

test("a comparison marks what differs", () => {
  expect(comparisonTable({ base: "gpt2", lora: "true" }, { base: "gpt2" })).toEqual([
    "  base  gpt2  gpt2",
    "≠ lora  true  default",
  ]);
});

test("a comparison takes as many runs as there are", () => {
  expect(comparisonTable({ base: "gpt2" }, { base: "gpt2" }, { base: "gpt2-large" })).toEqual([
    "≠ base  gpt2  gpt2  gpt2-large",
  ]);
});
