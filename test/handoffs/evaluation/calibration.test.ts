import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { Calibration, calibrationFile, readCalibration } from "../../../src/handoffs/index.ts";
import { calibrationOf, writeCalibration } from "../../evaluate/calibration.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { damages } from "../damage.ts";

test("a calibration is read as it was written, without anything that the schema does not name", async () => {
  const workspace = await newWorkspace();
  await writeCalibration(workspace, "aaaa", { ...calibrationOf({}), nearest: "hi" } as Calibration);

  expect(await readCalibration(workspace, "aaaa", fail)).toEqual(calibrationOf({}));
  expect(await readCalibration(workspace, "bbbb", fail)).toBeUndefined();
});

test.each(damages)("a calibration that $name is passed over, with a line", async ({ damage, says }) => {
  const workspace = await newWorkspace();
  const file = calibrationFile(workspace, "aaaa");
  await mkdir(path.dirname(file), { recursive: true });
  await damage(file);

  const told: string[] = [];
  expect(await readCalibration(workspace, "aaaa", ({ message }) => told.push(message))).toBeUndefined();
  expect(told).toEqual([`${file} ${says}`]);
});

test("a calibration of another version is passed over: it may have been chosen by other distances", () => {
  expect(Calibration.safeParse({ ...calibrationOf({}), version: 2 }).success).toBe(false);
});

test.each([{ temperature: -3 }, { temperature: 1e9 }, { topP: 7 }, { topP: 0 }, { minP: -0.1 }])(
  "a calibration with %o is passed over: nothing is drawn so",
  (impossible) => {
    expect(Calibration.safeParse({ ...calibrationOf({}), ...impossible }).success).toBe(false);
  },
);

function fail(): never {
  throw new Error("nothing is damaged");
}
