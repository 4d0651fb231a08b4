import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { calibrationFile } from "../../../src/handoffs/index.ts";
import { replySettings } from "../../../src/serve/index.ts";
import { calibrationOf, writeCalibration } from "../../evaluate/calibration.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeFinishedRun } from "../../train/run-record.ts";

const usual = {
  whileTraining: "answer",
  restingWords: expect.stringContaining("learning"),
  temperature: 0.9,
  topP: 0.95,
  minP: 0,
  maxTokens: 160,
  candidates: 4,
  ranking: "first",
  blocked: [],
  patience: 0.25,
  talkativeness: 1,
  keepDays: 14,
  gpu: "auto",
  server: null,
  serverModel: null,
  guard: "on",
  model: null,
  quantization: null,
  format: "auto",
  systemPrompt: null,
};

test("a run that was not calibrated answers as usual", async () => {
  expect(await settingsWith({ isCalibrated: false })).toEqual({
    settings: usual,
    about: "Replies are drawn at temperature 0.9, top-p 0.95 and min-p 0 (as usual).",
    told: [],
  });
});

test("what was typed goes before persona.json, that before the calibration, and that before what is usual", async () => {
  const flags = { temperature: 0.5 };
  const config = { temperature: 0.6, topP: 0.9, maxTokens: 80 };

  expect(await settingsWith({ flags, config })).toMatchObject({
    settings: { temperature: 0.5, topP: 0.9, minP: 0.05, maxTokens: 80, guard: "on" },
    about:
      "Replies are drawn at temperature 0.5 (as typed), top-p 0.9 (by persona.json), min-p 0.05 (as this run was calibrated).",
  });
  expect(await settingsWith({})).toMatchObject({
    settings: { ...usual, temperature: 1, topP: 1, minP: 0.05 },
    about: "Replies are drawn at temperature 1, top-p 1 and min-p 0.05 (as this run was calibrated).",
  });
});

test("zero is a choice too", async () => {
  expect((await settingsWith({ flags: { temperature: 0 } })).settings.temperature).toBe(0);
});

test("a calibration that is damaged is left out with a line", async () => {
  const { settings, told } = await settingsWith({ isDamaged: true });

  expect(settings).toEqual(usual);
  expect(told).toEqual([
    "Make it again: persona eval aaaa --calibrate. Until then, replies are drawn as usual.",
  ]);
});

async function settingsWith({ flags = {}, config = {}, isCalibrated = true, isDamaged = false }) {
  const workspace = await newWorkspace();
  const run = await writeFinishedRun(workspace);
  if (isCalibrated) await writeCalibration(workspace, run.id, calibrationOf({}));
  if (isDamaged) await writeFile(calibrationFile(workspace, run.id), "{");
  const told: string[] = [];
  const passedOver = ({ fix }: { fix: string }) => told.push(fix);
  return { ...(await replySettings(workspace, run, { flags, config, passedOver })), told };
}
