import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { Evaluation, evaluationFile, readEvaluation } from "../../../src/handoffs/index.ts";
import { evaluationOf, writeEvaluation } from "../../evaluate/evaluation.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { damages } from "../damage.ts";

test("a run that nobody evaluated has no evaluation", async () => {
  expect(await readEvaluation(await newWorkspace(), "aaaa")).toBeUndefined();
});

test("an evaluation is read as it was written, with parts that were skipped", async () => {
  const workspace = await newWorkspace();
  const evaluation = evaluationOf("aaaa", { relevance: { skipped: "too few replies" } });
  await writeEvaluation(workspace, evaluation);

  expect(await readEvaluation(workspace, "aaaa")).toEqual(evaluation);
});

test("nothing is kept that the schema does not name, such as somebody's words", () => {
  const evaluation = evaluationOf("aaaa");
  const { leaks, likelihood } = evaluation;
  const talkative = {
    ...evaluation,
    worst: "hi",
    likelihood: { ...likelihood, text: "hi" },
    leaks: { ...leaks, overlap: { ...leaks.overlap, words: ["hi"] } },
  };

  expect(Evaluation.parse(talkative)).toEqual(evaluation);
});

test.each(damages)(
  "an evaluation that $name is named with a way out, or passed over",
  async ({ damage, says }) => {
    const workspace = await newWorkspace();
    const file = evaluationFile(workspace, "aaaa");
    await writeEvaluation(workspace, evaluationOf("aaaa"));
    await damage(file);

    const error = await readEvaluation(workspace, "aaaa").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toBe(`${file} ${says}`);
    expect((error as UserError).fix).toMatch(/^(Evaluate the run again: persona eval aaaa|Make it readable)/);
    const told: string[] = [];
    expect(await readEvaluation(workspace, "aaaa", ({ message }) => told.push(message))).toBeUndefined();
    expect(told).toEqual([`${file} ${says}`]);
  },
);

test("the evaluation of one run is not taken for that of another", async () => {
  const workspace = await newWorkspace();
  await mkdir(path.dirname(evaluationFile(workspace, "bbbb")), { recursive: true });
  await writeEvaluation(workspace, evaluationOf("aaaa"));
  await rename(evaluationFile(workspace, "aaaa"), evaluationFile(workspace, "bbbb"));

  await expect(readEvaluation(workspace, "bbbb")).rejects.toThrow("is the evaluation of run aaaa");
});
