import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { calibrateRun } from "../../src/evaluate/index.ts";
import { runDirectory } from "../../src/handoffs/index.ts";
import { newWorkspace } from "../new-workspace.ts";
import { shardManifest, writeFinishedRun } from "../train/run-record.ts";
import { calibrationOf } from "./calibration.ts";

test("a run is calibrated around the usual way of drawing, in the time that there is", async () => {
  const { found, words } = await calibrate(JSON.stringify(calibrationOf({})));

  expect(found).toEqual(calibrationOf({}));
  expect(words.slice(4)).toEqual(
    "--temperature 0.8 --top-p 0.95 --min-p 0 --max-tokens 160 --seed 0 --seconds 90 --watch-parent".split(
      " ",
    ),
  );
});

test("without time to choose there is no calibration, and a damaged one is none, with a line", async () => {
  expect(await calibrate(undefined)).toMatchObject({ found: undefined, warnings: [] });
  const { found, warnings } = await calibrate("{}");
  expect(found).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining("is damaged, or comes from another version")]);
});

/** Calibrates a run with a script that leaves this file. */
async function calibrate(file: string | undefined) {
  const workspace = await newWorkspace();
  const run = await writeFinishedRun(workspace);
  const [shards, folder] = [path.join(workspace.shards, run.dataset), runDirectory(workspace, run.id)];
  await mkdir(shards, { recursive: true });
  await writeFile(path.join(shards, "manifest.json"), JSON.stringify(shardManifest(run)));
  if (file !== undefined) await writeFile(path.join(folder, "wanted.json"), file);
  const warnings: string[] = [];
  const found = await calibrateRun({
    workspace,
    run,
    sampling: { temperature: 0.8, topP: 0.95, minP: 0, maxTokens: 160 },
    seed: 0,
    seconds: 90,
    watcher: { onPhase() {}, onProgress() {}, onWarning: (message) => warnings.push(message) },
    signal: new AbortController().signal,
    script: "../test/fixtures/evaluators/calibrates.py",
  });
  const words: string[] = JSON.parse(await readFile(path.join(folder, "arguments.json"), "utf8"));
  return { found, words, warnings };
}
