import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Calibration, calibrationFile } from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";

/** A calibration that found temperature 1 with min-p 0.05 better than the usual. */
export function calibrationOf(changes: Partial<Calibration>): Calibration {
  return {
    version: 1,
    temperature: 1,
    topP: 1,
    minP: 0.05,
    replies: 300,
    conversations: 20,
    seconds: 9,
    distances: {
      chosen: { value: 0.001, error: 0.002 },
      usual: { value: 0.02, error: 0.003 },
      best: { value: 0.0005, error: 0.002 },
    },
    ...changes,
  };
}

/** Leaves a calibration in the folder of a run. */
export async function writeCalibration(
  workspace: Workspace,
  id: string,
  calibration: Calibration,
): Promise<void> {
  const file = calibrationFile(workspace, id);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(calibration));
}
