import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import {
  type ComparedRun,
  comparisonPage,
  configLineOf,
  variedChoices,
} from "../../../src/evaluate/index.ts";
import type { RunRecord, TrainerEvent } from "../../../src/handoffs/index.ts";
import { runRecord } from "../../train/run-record.ts";
import { evaluationOf } from "../evaluation.ts";

test("the best run is marked, with the settings to copy, and the others with what became of them", () => {
  const { document } = parseHTML(comparisonPage(sweep(), "Which settings are best?"));
  const text = (selector: string) =>
    document.querySelector(selector)?.textContent?.replaceAll(/\s+/g, " ").trim() ?? "";

  expect(text(".verdict")).toBe(
    "learningRate 0.001 · epochs 2 (run aaaa) is the best, and the difference is real.",
  );
  expect(text(".copy")).toBe(
    '"train": { "base": "gpt2", "learningRate": 0.001, "epochs": 2, "lora": true } persona runs use aaaa',
  );
  const rows = [...document.querySelectorAll("#runs tbody tr")].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => cell.textContent),
  );
  expect(rows).toEqual([
    ["aaaa", "2.0002.000 to 2.000", "the best", "finished", "0.001", "2"],
    ["bbbb", "2.0502.050 to 2.050", "+0.0500.050 to 0.050", "finished", "0.001", "3"],
    ["cccc", "–", "–", "dropped", "0.01", "2"],
    ["dddd", "–", "–", "failed", "0.01", "3"],
  ]);
  expect(text("#runs .caption")).toBe("cccc dropped: 2.900 bits a byte at 33 % of its steps");
  expect(text("#runs .caption + .caption")).toBe("dddd failed: <b>a loss of & NaN</b>");
  expect(document.querySelectorAll("tr.best")).toHaveLength(1);
  expect(document.querySelectorAll("#courses .wide path")).not.toHaveLength(0);
});

test("where nothing tells two runs apart, the page says so", () => {
  const runs = sweep().slice(0, 2);
  const level = runs.map((each) => ({ ...each, events: runs[0]?.events ?? [] }));

  expect(comparisonPage(level, "Runs")).toContain("may be chance. There is no real difference from:");
});

test("runs that have nothing to show yet make a page all the same", () => {
  const runs = ["aaaa", "bbbb"].map((id) => ({ run: runRecord({ id }), events: [], evaluation: undefined }));

  expect(comparisonPage(runs, "Runs")).toContain("No run has finished yet.");
});

test("only what differs is varied, with the usual value of what was left out", () => {
  const runs = sweep();

  expect([...variedChoices(runs)]).toEqual([
    ["learningRate", ["0.001", "0.001", "0.01", "0.01"]],
    ["epochs", ["2", "3", "2", "3"]],
  ]);
  expect(configLineOf(runs[1] as ComparedRun, variedChoices(runs))).toBe(
    '"train": { "base": "gpt2", "learningRate": 0.001, "epochs": 3, "lora": true }',
  );
});

/** Four runs of a sweep over learningRate and epochs; 3 epochs are the default, and not written down. */
function sweep(): ComparedRun[] {
  return [
    compared({ id: "aaaa", state: "finished", settings: settings(0.001, 2) }, 2),
    compared({ id: "bbbb", state: "finished", settings: settings(0.001) }, 2.05),
    compared(
      {
        id: "cccc",
        state: "dropped",
        settings: settings(0.01, 2),
        sweep: { id: "sweep-1", dropped: "2.900 bits a byte at 33 % of its steps" },
      },
      2.9,
    ),
    compared(
      {
        id: "dddd",
        state: "failed",
        settings: settings(0.01),
        failure: { reason: "<b>a loss of & NaN</b>", fix: "" },
      },
      undefined,
    ),
  ];
}

function settings(learningRate: number, epochs?: number): RunRecord["settings"] {
  return { learningRate, ...(epochs !== undefined && { epochs }), lora: true };
}

function compared(changes: Partial<RunRecord>, bits: number | undefined): ComparedRun {
  const isFinished = changes.state === "finished";
  const run = runRecord({
    ...changes,
    ...(bits !== undefined && isFinished && { personaBitsPerByte: { before: 3.2, best: bits } }),
  });
  const step = { type: "step", step: 60, totalSteps: 60, loss: 1 };
  const evaluations = [0, 20, 60].map((at) => ({
    type: "evaluation",
    step: at,
    loss: 1,
    isBest: true,
    personaBitsPerByte: (bits ?? 3) + 1 / (1 + at),
  }));
  const personaWords = Array.from({ length: 20 }, (_, index) => [(bits ?? 3) * (40 + index), 40 + index]);
  const finished = {
    type: "finished",
    steps: 60,
    bestStep: 60,
    bestLoss: 1,
    firstLoss: 2,
    seconds: 9,
    stopped: false,
  };
  const events = bits === undefined ? [] : [step, ...evaluations, { ...finished, personaWords }];
  return {
    run,
    events: events as TrainerEvent[],
    evaluation: isFinished ? evaluationOf(run.id) : undefined,
  };
}
