import { beforeEach, expect, test } from "vitest";
import type { CommandContext } from "../../../src/commands/command.ts";
import { describeRefinement, keepIfBetter } from "../../../src/commands/eval/refinement.ts";
import { type Evaluation, type RunRecord, readRun } from "../../../src/handoffs/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { evaluationOf, goodParts, writeEvaluation } from "../../evaluate/evaluation.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runRecord, writeFinishedRun } from "../../train/run-record.ts";

let workspace: Workspace;
let run: RunRecord;

beforeEach(async () => {
  workspace = await newWorkspace();
  await writeFinishedRun(workspace, { id: "aaaa", createdAt: "2026-01-01" });
  run = await writeFinishedRun(workspace, {
    id: "bbbb",
    createdAt: "2026-01-02",
    parent: "aaaa",
    refinement: {},
  });
});

async function keep(evaluation: Evaluation): Promise<string[]> {
  const notes: string[] = [];
  const terminal = { note: (line: string) => notes.push(line) };
  await keepIfBetter({ terminal, workspace, passedOver() {} } as unknown as CommandContext, run, evaluation);
  return notes;
}

const told = (served: number) =>
  evaluationOf("bbbb", {
    twoSample: { ...goodParts.twoSample, served: { value: served, low: served - 0.02, high: served + 0.02 } },
  });

test("one that is better is kept, and answers where its parent was not chosen", async () => {
  await writeEvaluation(workspace, evaluationOf("aaaa"));

  expect(await keep(told(0.56))).toEqual([
    "The refinement is kept: it is told from the real one less often than run aaaa; it answers from now on.",
  ]);
  expect((await readRun(workspace, "bbbb"))?.refinement).toEqual({ isKept: true, reasons: [] });
});

test("one that is not is marked, with the reason", async () => {
  await writeEvaluation(workspace, evaluationOf("aaaa"));
  const [note, ...others] = await keep(told(0.61));

  expect(others).toEqual([]);
  expect(note).toMatch(/^The refinement is not kept: it is told from the real one no less often \(62\.0 %/);
  const record = (await readRun(workspace, "bbbb")) as RunRecord;
  expect(describeRefinement(record)).toMatch(/^refines aaaa; not kept: it is told from the real one/);
});

test("by few replies a verdict comes with how to decide by more", async () => {
  await writeEvaluation(workspace, evaluationOf("aaaa"));
  const sizes = { replies: 32, heldOutReplies: 516, conversations: 35 };
  const [, more] = await keep({ ...told(0.61), sizes });

  expect(more).toBe(
    "Only a large difference shows in 32 replies. To decide again by as many as there are: persona eval aaaa, then persona eval bbbb",
  );
});

test("without its parent's evaluation nothing is decided, and what is missing is said", async () => {
  expect(await keep(told(0.56))).toEqual([
    "Whether the refinement is kept is known once both were measured alike and by enough replies: persona eval aaaa, then persona eval bbbb",
  ]);
  const record = (await readRun(workspace, "bbbb")) as RunRecord;
  expect(describeRefinement(record)).toBe("refines aaaa; undecided until both are evaluated");
  expect(describeRefinement(runRecord({}))).toBeUndefined();
});
