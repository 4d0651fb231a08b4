import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Workspace } from "../../../../src/workspace.ts";
import { calibrationOf, writeCalibration } from "../../../evaluate/calibration.ts";
import { oldWorkspace } from "../../../new-workspace.ts";
import { runInProcess } from "../../in-process.ts";

/** A run with a model of random weights: at temperature 0 every seed gives the same reply, at 1.5 none the same. */
const run = "916e71c1b1";
let workspace: Workspace;

beforeEach(async () => {
  workspace = await oldWorkspace();
  await writeFile(path.join(workspace.root, "persona.json"), '{ "reply": { "maxTokens": 12 } }');
});

test("chat draws as the run was calibrated, unless a temperature is typed, and says so", async () => {
  await writeCalibration(workspace, run, calibrationOf({ temperature: 0, topP: 1, minP: 0 }));
  const calibrated = [await chat("1"), await chat("2")] as const;
  const typed = [await chat("1", "--temperature", "1.5"), await chat("2", "--temperature", "1.5")] as const;

  expect(calibrated[0].bubbles).toEqual(calibrated[1].bubbles);
  expect(calibrated[0].stderr).toContain("temperature 0, top-p 1 and min-p 0 (as this run was calibrated).");
  expect(typed[0].bubbles).not.toEqual(typed[1].bubbles);
  expect(typed[0].stderr).toContain("temperature 1.5 (as typed), top-p 1 and min-p 0 (as this run was");
});

test("a min-p near 1 leaves only the likeliest words, however high the temperature", async () => {
  await writeCalibration(workspace, run, calibrationOf({ temperature: 1.5, topP: 1, minP: 0.999 }));

  expect((await chat("1")).bubbles).toEqual((await chat("2")).bubbles);
});

async function chat(seed: string, ...flags: string[]) {
  const shared = ["--data", workspace.root, "--config", path.join(workspace.root, "persona.json"), "--json"];
  const words = [...shared, "chat", "--run", run, "--guard", "off", "--seed", seed, ...flags];
  const { stdout, stderr } = await runInProcess(words, { input: "hi" });
  return { bubbles: (JSON.parse(stdout) as { bubbles: string[] }).bubbles, stderr };
}
