import { readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { RunRecord } from "../../../src/handoffs/index.ts";
import { announceServing } from "../../../src/train/trainer/serving-here.ts";
import { gpusOf, parseTrainerLine, startTrainer } from "../../../src/train/trainer/trainer.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runRecord } from "../run-record.ts";
import { collect, program } from "./programs.ts";

test("the trainer is told where things lie and what was set, and keeps its own defaults for the rest", async () => {
  const settings = { learningRate: 0.00001, noExport: true, evaluateFirst: false, optimizer: "adamw" };
  const { root, words } = await wordsOf({ attempt: 1, settings });

  expect(words).toEqual([
    ...["--shards", path.join(root, "shards", "data"), "--run", path.join(root, "runs", "aaaa")],
    ...["--base", "gpt2", "--bases", path.join(root, "bases"), "--attempt", "1", "--watch-parent"],
    ...["--learning-rate", "0.00001", "--no-export", "--optimizer", "adamw"],
  ]);
});

test("a later attempt goes on from what is there, and a run from its parent's model", async () => {
  const base = { name: "smollm2-135m", revision: "12fd" };
  const { root, words } = await wordsOf({ attempt: 2, parent: "bbbb", base });

  expect(words).toEqual([
    ...["--shards", path.join(root, "shards", "data"), "--run", path.join(root, "runs", "aaaa")],
    ...[
      "--base",
      "smollm2-135m",
      "--bases",
      path.join(root, "bases"),
      "--attempt",
      "2",
      "--revision",
      "12fd",
    ],
    ...["--start-from", path.join(root, "runs", "bbbb", "model"), "--resume", "--watch-parent"],
  ]);
});

test("a refinement is told that it is one", async () => {
  const { words } = await wordsOf({ parent: "bbbb", refinement: {} });

  expect(words).toContain("--start-from");
  expect(words).toContain("--refine");
});

test("that LoRA is not wanted is said, as a base's own settings may turn it on", async () => {
  expect((await wordsOf({ settings: { lora: false } })).words).toContain("--no-lora");
  expect((await wordsOf({ settings: { lora: true } })).words).toContain("--lora");
});

test("a run has as many processes as it asks for GPUs, which its trainer is not told", async () => {
  expect(gpusOf({ settings: {} })).toBe(1);
  expect(gpusOf({ settings: { gpus: 3 } })).toBe(3);
  const { words, pids } = await wordsOf({ settings: { gpus: 2 } });
  expect(pids).toHaveLength(2);
  expect(words.join(" ")).not.toContain("gpus");
});

test("a run on the CPU leaves a core to a persona that is served there, and takes it back", async () => {
  const workspace = await newWorkspace();
  const coresSpared = async (slot: string) => {
    const { words } = await wordsOf({}, { workspace, slot });
    return words.includes("--spare-cores") ? words[words.indexOf("--spare-cores") + 1] : "0";
  };
  const presence = await announceServing(workspace);
  expect([await coresSpared("cpu"), await coresSpared("gpu:0")]).toEqual(["1", "0"]);
  presence.end();
  expect(await coresSpared("cpu")).toBe("0");
});

test("a persona whose process was killed needs no core, and one of another machine is let be", async () => {
  const workspace = await newWorkspace();
  await (await announceServing(workspace)).end();
  const left = JSON.stringify({ pid: 2 ** 30, id: "a", task: "answering" });
  const [killed, elsewhere] = [`${hostname()} a.lock`, "another b.lock"];
  for (const name of [killed, elsewhere]) await writeFile(path.join(workspace.serving, name), left);

  expect((await wordsOf({}, { workspace })).words).not.toContain("--spare-cores");
  expect(await readdir(workspace.serving)).toEqual([elsewhere]);
});

test("a line is an event, or none: a library may chatter, and a newer trainer say more", () => {
  const phase = { type: "phase", name: "loading", extra: 7 };

  expect(parseTrainerLine(JSON.stringify(phase))).toEqual(phase);
  for (const line of [
    "",
    "Loading weights: 3%",
    "{",
    "7",
    "null",
    '{"type":"of-a-newer-trainer"}',
    '{"type":"phase"}',
  ])
    expect(parseTrainerLine(line)).toBeUndefined();
});

/** The words that a trainer is started with. */
async function wordsOf(change: Partial<RunRecord>, place: { workspace?: Workspace; slot?: string } = {}) {
  const { workspace = await newWorkspace(), slot: name = "cpu" } = place;
  const { script } = await program("import json, sys\nprint(json.dumps(sys.argv[1:]))");
  const slot = { name, environment: {} };
  const trainer = await startTrainer({ workspace, run: runRecord(change), slot, killAfterMs: 5000, script });
  const [line = ""] = await collect(trainer.lines);
  await trainer.ended;
  return { root: workspace.root, pids: trainer.pids, words: JSON.parse(line) as string[] };
}
