import path from "node:path";
import * as z from "zod";
import { orPassOver, type PassedOver } from "../../errors.ts";
import type { Workspace } from "../../workspace.ts";
import { readJsonFile } from "../read-json-file.ts";
import { runDirectory } from "../read-runs.ts";

/**
 * `data/runs/<id>/speaking.json`: from which probability of its turn on a run speaks in groups, chosen on held-out turns of
 * groups. It holds no words of anybody.
 */
export const SpeakingFit = z.object({
  version: z.literal(1),
  /** It speaks where the model gives the persona's turn at least this probability. */
  threshold: z.number(),
  /** What it is compared with speaks where the persona has spoken in so many turns before. */
  recentTurns: z.int(),
  /** Turns of others after which somebody or nobody spoke, and those after which the persona did. */
  turns: z.int(),
  spoken: z.int(),
  conversations: z.int(),
  /** Mean of the shares of right answers where the persona spoke and where not, on conversations that chose neither rule. */
  balancedAccuracy: z.object({ model: z.number(), recency: z.number() }),
  seconds: z.number(),
});
export type SpeakingFit = z.infer<typeof SpeakingFit>;

export const speakingFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "speaking.json");

/** Undefined where there is none, or none that can be used: `passedOver` is told of that. */
export async function readSpeakingFit(
  workspace: Workspace,
  id: string,
  passedOver: PassedOver,
): Promise<SpeakingFit | undefined> {
  const fix = "Delete it: it is made again when the run is served.";
  return orPassOver(readJsonFile(speakingFile(workspace, id), SpeakingFit, { fix }), passedOver);
}
