import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { type RunRecord, runDirectory } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { bytesUnder } from "../runs/index.ts";
import { estimateParameters } from "../trainer/index.ts";

/** The newest two, the best, and one that is being written. */
const checkpointsAtOnce = 4;
/** Of all weights, those of rank-16 adapters; generous. */
const adapterShare = 0.03;
/** A weight as Q8_0. */
const q8Bytes = 1.0625;
/** Logs, records, tokeniser. */
const sundriesBytes = 50e6;

/**
 * Bytes that a run fills on disk at its fullest, or undefined when the base's size is not known.
 *
 * A checkpoint holds the trained weights and two moments each in 4 bytes (8-bit optimiser: 1 byte a moment); the result
 * is the model in 4 bytes a weight and as GGUF F16 and Q8_0, and of adapters also their base as Q8_0.
 */
export async function estimateDiskBytes({
  base,
  settings,
}: Pick<RunRecord, "base" | "settings">): Promise<number | undefined> {
  const parameters = await estimateParameters(base);
  if (parameters === undefined) return undefined;
  const trained = settings.lora ? adapterShare * parameters : parameters;
  const checkpoint = trained * (4 + (settings.optimizer === "adamw-8bit" ? 2 : 8));
  const exported = settings.noExport ? 0 : parameters * (4 + 2 + (settings.lora ? 2 : 1) * q8Bytes);
  return checkpointsAtOnce * checkpoint + exported + sundriesBytes;
}

/** Refuses, with the numbers, a run for which the disk has no room; what the run has written already counts as room. */
export async function checkDisk(
  workspace: Workspace,
  run: Pick<RunRecord, "id" | "base" | "settings">,
): Promise<void> {
  const needed = await estimateDiskBytes(run);
  if (needed === undefined) return;
  const { bavail, bsize } = await statfs(nearestExisting(workspace.runs));
  const free = bavail * bsize + (await bytesUnder(runDirectory(workspace, run.id)));
  if (free >= needed) return;
  throw new UserError(
    `A run of ${run.base.name} fills up to ${formatGigabytes(needed)} of disk, and ${workspace.runs} has ${formatGigabytes(free)} free.`,
    {
      fix: "Free some: persona runs prune --dry-run shows what could go. Or ask for less: persona train --lora, or a smaller --base.",
    },
  );
}

function nearestExisting(directory: string): string {
  return existsSync(directory) ? directory : nearestExisting(path.dirname(directory));
}

/** `1.5 GB`, in units of 10⁹ bytes as disks are sold. */
export function formatGigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
