import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { runDirectory } from "../../../src/handoffs/index.ts";
import { publishAttempt, tidyUp } from "../../../src/train/runs/publish.ts";
import { OutdatedAttempt } from "../../../src/train/runs/runs.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeRun, writeRunFile } from "../run-record.ts";

let workspace: Workspace;
let directory: string;

beforeEach(async () => {
  workspace = await newWorkspace();
  directory = runDirectory(workspace, "aaaa");
});

test("an attempt that is not the newest cannot publish", async () => {
  await writeRun(workspace, { id: "aaaa", attempt: 2 });
  await writeRunFile(workspace, "aaaa/attempt-1/model/config.json");

  await expect(publishAttempt(workspace, { id: "aaaa", attempt: 1 })).rejects.toThrow(OutdatedAttempt);
  expect(existsSync(path.join(directory, "model"))).toBe(false);
});

test("what was published before goes, and so does what killed commands left aside", async () => {
  await writeRun(workspace, { id: "aaaa", attempt: 2 });
  await writeRunFile(workspace, "aaaa/model/of-before");
  await writeRunFile(workspace, "aaaa/attempt-2/model/config.json", 2);
  await writeRunFile(workspace, "aaaa/run.json.77.0a1b2c3d.tmp");
  await publishAttempt(workspace, { id: "aaaa", attempt: 2 });

  expect((await readdir(directory)).toSorted()).toEqual(["attempt-2", "model", "run.json"]);
  expect(await readdir(path.join(directory, "model"))).toEqual(["config.json"]);
  expect(await readFile(path.join(directory, "model", "config.json"))).toHaveLength(2);
});

test("tidying up keeps the best checkpoint alone, and leaves newer attempts alone", async () => {
  await writeRun(workspace, { id: "aaaa", attempt: 2 });
  for (const file of [
    "attempt-1/checkpoints/step-5/progress.json",
    "attempt-2/model/config.json",
    "attempt-2/model.gguf",
    "attempt-2/adapter.gguf",
    "attempt-2/checkpoints/step-5/progress.json",
    "attempt-2/checkpoints/step-9/progress.json",
    "attempt-3/checkpoints/step-1/progress.json",
  ])
    await writeRunFile(workspace, `aaaa/${file}`);
  await publishAttempt(workspace, { id: "aaaa", attempt: 2 });
  await tidyUp(workspace, { id: "aaaa", attempt: 2 }, 9);

  expect((await readdir(directory)).toSorted()).toEqual([
    "adapter.gguf",
    "attempt-2",
    "attempt-3",
    "model",
    "model.gguf",
    "run.json",
  ]);
  expect(await readdir(path.join(directory, "attempt-2/checkpoints"))).toEqual(["step-9"]);
});
