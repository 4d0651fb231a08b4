import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import type { CommandContext } from "../../../src/commands/command.ts";
import { showWorst } from "../../../src/commands/eval/worst.ts";
import { Config } from "../../../src/config.ts";
import { UserError } from "../../../src/errors.ts";
import { evaluationDirectory } from "../../../src/handoffs/index.ts";
import { writePlan } from "../../evaluate/replies.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runRecord } from "../../train/run-record.ts";

const run = runRecord({ id: "aaaa", state: "finished" });
const { isTTY } = process.stderr;

afterEach(() => {
  process.stderr.isTTY = isTTY;
});

test("the likeliest training messages are shown on a terminal, with how often they come out", async () => {
  const { said, context } = await measured([
    { whose: "persona", text: "the umbrella is\nyours", before: 1e-12, after: 0.75 },
    { whose: "other", text: "a \u202Etrick", before: 0.0005, after: 0.001 },
  ]);
  process.stderr.isTTY = true;
  await showWorst(context, run);

  expect(said.join("\n")).toContain("75 in 100, before training less than 1 in a billion");
  expect(said.join("\n")).toContain("1 in 1,000, before training 1 in 2,000");
  expect(said.join("\n")).not.toContain("\u202E");
});

test("they go into no file or pipe", async () => {
  const { said, context } = await measured([{ whose: "other", text: "secret", before: 0, after: 1 }]);
  process.stderr.isTTY = false;

  await expect(showWorst(context, run)).rejects.toThrow("only writes to a terminal");
  expect(said).toEqual([]);
});

test("of a run that nobody has measured, the command that does so is named", async () => {
  const { context } = await measured(undefined);
  process.stderr.isTTY = true;

  await expect(showWorst(context, run)).rejects.toThrow(UserError);
  await expect(showWorst(context, run)).rejects.toMatchObject({ fix: expect.stringContaining("eval aaaa") });
});

test("of a run whose evaluation was interrupted, the command that finishes it is named", async () => {
  const { workspace, context } = await measured(undefined);
  await writePlan(workspace, run.id, { full: true, seed: 3 });
  process.stderr.isTTY = true;

  await expect(showWorst(context, run)).rejects.toMatchObject({
    message: "An evaluation of run aaaa was begun and not finished.",
    fix: "Finish it: persona eval aaaa --full --seed 3",
  });
});

async function measured(worst: object[] | undefined) {
  const workspace = await newWorkspace();
  const directory = evaluationDirectory(workspace, run.id);
  await mkdir(directory, { recursive: true });
  if (worst !== undefined) {
    const lines = worst.map((line) => `${JSON.stringify(line)}\n`).join("");
    await writeFile(path.join(directory, "worst.jsonl"), lines);
  }
  const said: string[] = [];
  const terminal = { note: (line: string) => said.push(line) };
  return {
    workspace,
    said,
    context: { workspace, terminal, config: Config.parse({}) } as unknown as CommandContext,
  };
}
