import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { evaluationFile, eventsFile } from "../../../src/handoffs/index.ts";
import { evaluationOf, writeEvaluation } from "../../evaluate/evaluation.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeFinishedRun } from "../../train/run-record.ts";
import { runInProcess } from "../in-process.ts";

const finished = {
  type: "finished",
  steps: 1,
  bestStep: 1,
  bestLoss: 2,
  firstLoss: 3,
  seconds: 1,
  stopped: false,
};

test("evaluated runs are compared on one scale, and those that are not are named", async () => {
  const workspace = await newWorkspace();
  for (const id of ["aaaa", "bbbb", "cccc"]) {
    await writeFinishedRun(workspace, { id });
    await writeFile(eventsFile(workspace, id), `${JSON.stringify(finished)}\n`);
  }
  const evaluation = evaluationOf("aaaa");
  await writeEvaluation(workspace, evaluation);
  const specificity = { value: 0.1, low: 0.08, high: 0.12 };
  await writeEvaluation(workspace, {
    ...evaluationOf("bbbb"),
    likelihood: { ...evaluation.likelihood, specificity } as never,
    shards: "other",
  });
  const words = ["--data", workspace.root, "runs", "compare", "aaaa", "bbbb", "cccc"];
  const { exitCode, stderr } = await runInProcess(words);

  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/≠ run +aaaa +bbbb +cccc\n/);
  expect(stderr).toContain("Not evaluated yet: persona eval cccc");
  expect(stderr).toContain("on different data sets");
  expect(stderr).toContain(
    [
      "  specificity",
      "    aaaa        ├─────●────┤················  4.3 points (2.3 to 6.3)",
      "    bbbb        ················├────●─────┤  10.0 points (8.0 to 12.0)  +5.7 points (2.9 to 8.5): better",
    ].join("\n"),
  );
  expect(stderr).toMatch(
    /told from the real one, as served\n.*62.0 % \(60.0 to 64.0\)\n.*: no real difference\n/,
  );
});

test("a damaged evaluation is named and passed over", async () => {
  const workspace = await newWorkspace();
  for (const id of ["aaaa", "bbbb"]) {
    await writeFinishedRun(workspace, { id });
    await writeFile(eventsFile(workspace, id), `${JSON.stringify(finished)}\n`);
    await writeFile(evaluationFile(workspace, id), "");
  }
  const saying = `! ${evaluationFile(workspace, "bbbb")} is damaged, or comes from another version of persona.\n  Fix: Evaluate the run again: persona eval bbbb\n`;

  for (const words of [["runs"], ["runs", "compare", "aaaa", "bbbb"]]) {
    const { exitCode, stderr } = await runInProcess(["--data", workspace.root, ...words]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(saying);
  }
});
