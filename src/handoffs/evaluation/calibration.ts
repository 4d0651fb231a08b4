import path from "node:path";
import * as z from "zod";
import { orPassOver, type PassedOver } from "../../errors.ts";
import type { Workspace } from "../../workspace.ts";
import { readJsonFile } from "../read-json-file.ts";
import { runDirectory } from "../read-runs.ts";

/** How far drawn replies are from the persona's own (the squared maximum mean discrepancy), and its standard error. */
const Distance = z.object({ value: z.number(), error: z.number() });

/**
 * `data/runs/<id>/calibration.json`: how a run's replies are drawn, chosen by `calibrate.py` on held-out conversations that
 * no evaluation looks at. It holds no words of anybody.
 */
export const Calibration = z.object({
  version: z.literal(1),
  temperature: z.number().min(0).max(2),
  topP: z.number().gt(0).max(1),
  minP: z.number().min(0).max(1),
  /** Contexts that were answered. */
  replies: z.int(),
  conversations: z.int(),
  seconds: z.number(),
  /** `usual` is drawn as everybody's is; `best` was the nearest, from which what was chosen cannot be told. */
  distances: z.object({ chosen: Distance, usual: Distance, best: Distance }),
});
export type Calibration = z.infer<typeof Calibration>;

export const calibrationFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "calibration.json");

/** Undefined where there is none, or none that can be used: `passedOver` is told of that. */
export async function readCalibration(
  workspace: Workspace,
  id: string,
  passedOver: PassedOver,
): Promise<Calibration | undefined> {
  const fix = `Make it again: persona eval ${id} --calibrate. Until then, replies are drawn as usual.`;
  return orPassOver(readJsonFile(calibrationFile(workspace, id), Calibration, { fix }), passedOver);
}
