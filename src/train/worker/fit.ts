import { existsSync } from "node:fs";
import { totalmem } from "node:os";
import path from "node:path";
import type { RunRecord } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { estimateParameters, gpusOf, type Slot } from "../trainer/index.ts";
import { formatGigabytes } from "./disk.ts";

/** Of a machine's memory, what a run may plan with: activations and everything else need the rest. */
const usableShare = 0.7;

interface FitOptions {
  slots: Slot[];
  /** Take a run on a processor whatever its size. */
  anySize?: boolean | undefined;
  /** Bytes of memory of the machine. */
  memoryBytes?: number | undefined;
}

/**
 * Why a run is left for another machine, or undefined when this one takes it.
 *
 * A GPU plans its memory by itself (the trainer does); a processor's memory is the whole machine's, and a run that
 * does not fit takes everything else down with it.
 */
export async function whyNotHere(
  workspace: Workspace,
  run: Pick<RunRecord, "base" | "settings" | "dataset">,
  { slots, anySize = false, memoryBytes = totalmem() }: FitOptions,
): Promise<string | undefined> {
  if (!existsSync(path.join(workspace.shards, run.dataset, "manifest.json"))) {
    return `a worker that has data set ${run.dataset}`;
  }
  const gpus = gpusOf(run);
  if (gpus > slots.length) return `a machine with ${gpus} GPUs, of which this one has ${slots.length}`;
  if (anySize || slots.some(({ name }) => name !== "cpu")) return undefined;
  const needed = await estimateMemoryBytes(run);
  if (needed === undefined || needed <= usableShare * memoryBytes) return undefined;
  return (
    `a worker with a GPU or more memory: ${run.base.name} needs about ${formatGigabytes(needed)}, ` +
    `this machine has ${formatGigabytes(memoryBytes)} (persona worker --any-size takes it all the same)`
  );
}

/** Weight, gradient and two moments in 4 bytes for what is trained; a frozen base in 4 bytes a weight. */
async function estimateMemoryBytes({
  base,
  settings,
}: Pick<RunRecord, "base" | "settings">): Promise<number | undefined> {
  const parameters = await estimateParameters(base);
  return parameters && parameters * (settings.lora ? 5 : settings.optimizer === "adamw-8bit" ? 10 : 16);
}
