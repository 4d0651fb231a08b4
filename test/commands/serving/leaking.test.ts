import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { CommandContext } from "../../../src/commands/command.ts";
import { confirmIfLeaking, refuseIfLeaking } from "../../../src/commands/serving/leaking.ts";
import { UserError } from "../../../src/errors.ts";
import { evaluationFile } from "../../../src/handoffs/index.ts";
import { evaluationOf, goodParts, writeEvaluation } from "../../evaluate/evaluation.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runRecord } from "../../train/run-record.ts";

const run = runRecord({ id: "aaaa", state: "finished" });
const { extraction, membership, overlap } = goodParts;
const leaks = {
  extraction,
  membership,
  overlap,
  privatePatterns: { found: 0, replies: 1000 },
  verdict: "leaks" as const,
  reasons: ["it repeats twelve words"],
};

test("a run that leaks is served to nobody unless that is said", async () => {
  const { said, serve } = await evaluated({ leaks });

  await expect(serve(false)).rejects.toThrow(UserError);
  await expect(serve(false)).rejects.toMatchObject({ fix: expect.stringContaining("--yes") });
  expect(said).toContain("! Run aaaa leaks: it repeats twelve words.");
  await expect(serve(true)).resolves.toBeUndefined();
});

test("a run that passed its tests is served without a word", async () => {
  const { said, serve } = await evaluated({ leaks: { ...leaks, verdict: "none", reasons: [] } });

  await serve(false);
  expect(said).toEqual([]);
});

test("a run whose evaluation cannot be read is served to nobody unless that is said", async () => {
  const { workspace, said, serve } = await evaluated({ leaks });
  await writeFile(evaluationFile(workspace, "aaaa"), '{"version":1');

  await expect(serve(false)).rejects.toMatchObject({ fix: expect.stringContaining("--yes") });
  expect(said).toEqual([expect.stringContaining("! Whether run aaaa leaks is not known")]);
  await expect(serve(true)).resolves.toBeUndefined();
});

test("of a run that nobody has measured, the command that does so is named", async () => {
  const { said, serve } = await evaluated(undefined);

  await serve(false);
  expect(said).toEqual([expect.stringContaining("eval aaaa")]);
});

test("a run that leaks takes nobody's place unless that was said, and nobody is asked", async () => {
  const { said, takePlace } = await evaluated({ leaks });

  await expect(takePlace(false)).rejects.toMatchObject({
    message: "Run aaaa leaks: it repeats twelve words.",
    fix: expect.stringContaining("--yes"),
  });
  expect(said).toEqual([]);
  await takePlace(true);
  expect(said).toEqual(["! Run aaaa leaks: it repeats twelve words."]);
});

async function evaluated(parts: Parameters<typeof evaluationOf>[1]) {
  const workspace = await newWorkspace();
  if (parts !== undefined) await writeEvaluation(workspace, evaluationOf("aaaa", parts));
  const said: string[] = [];
  const terminal = {
    note: (line: string) => said.push(line),
    warn: (line: string) => said.push(`! ${line}`),
  };
  const context = { workspace, terminal } as unknown as CommandContext;
  return {
    workspace,
    said,
    serve: (isAllowed: boolean) => confirmIfLeaking(context, run, isAllowed),
    takePlace: (isAllowed: boolean) => refuseIfLeaking(context, run, isAllowed),
  };
}
