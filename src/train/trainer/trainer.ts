import path from "node:path";
import { type Choice, type Table, trainChoices, wordsOf } from "../../choices/index.ts";
import {
  modelDirectory,
  parseLine,
  type RunRecord,
  runDirectory,
  TrainerEvent,
} from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { attemptDirectory } from "../runs/index.ts";
import { isServingHere } from "./serving-here.ts";
import type { Slot } from "./slots.ts";
import { type Trainer, TrainerProcess } from "./trainer-process.ts";
import { startTeam } from "./trainer-team.ts";

interface TrainerOptions {
  workspace: Workspace;
  run: RunRecord;
  slot: Slot;
  killAfterMs: number;
  /** Its program, within `scripts/`. */
  script: string;
}

/** How many GPUs a run asks for; its trainer has a process on each. */
export function gpusOf({ settings }: Pick<RunRecord, "settings">): number {
  return typeof settings.gpus === "number" ? settings.gpus : trainChoices.gpus.default;
}

/** Starts the trainer for one attempt of a run. */
export async function startTrainer({
  workspace,
  run,
  slot,
  killAfterMs,
  script,
}: TrainerOptions): Promise<Trainer> {
  const options = {
    script,
    args: [...trainerArguments(workspace, run), ...(await sparing(workspace, slot))],
    environment: slot.environment,
    directory: attemptDirectory(workspace, run.id, run.attempt),
    killAfterMs,
  };
  const size = gpusOf(run);
  return size === 1 ? new TrainerProcess(options) : startTeam(options, size);
}

/** A trainer's line as an event; undefined for what is no event, or of a kind that is not known here. */
export function parseTrainerLine(line: string): TrainerEvent | undefined {
  return parseLine(TrainerEvent, line);
}

function trainerArguments(workspace: Workspace, run: RunRecord): string[] {
  const { id, base, attempt, settings, dataset, parent, refinement, sweep } = run;
  const fixed = {
    shards: path.join(workspace.shards, dataset),
    run: runDirectory(workspace, id),
    base: base.name,
    bases: workspace.bases,
    attempt,
    ...(base.revision !== undefined && { revision: base.revision }),
    ...(parent !== undefined && { startFrom: modelDirectory(workspace, parent) }),
    ...(refinement !== undefined && { refine: true }),
    ...(sweep?.untilShare !== undefined && { untilShare: sweep.untilShare }),
    resume: attempt > 1,
    watchParent: true,
  };
  return [...toFlags(fixed), ...toFlags(settings)];
}

/** A run on the CPU leaves a core to whoever computes replies there. */
async function sparing(workspace: Workspace, slot: Slot): Promise<string[]> {
  return slot.name === "cpu" && (await isServingHere(workspace)) ? ["--spare-cores", "1"] : [];
}

/** `{ learningRate: 1e-4, lora: true }` as `--learning-rate 0.0001 --lora`. */
function toFlags(settings: RunRecord["settings"]): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const choice: Choice | undefined = (trainChoices as Table)[name];
    return choice?.forWorker ? [] : wordsOf(name, value, choice);
  });
}
