import type { Command } from "commander";
import {
  registerBenchBases,
  registerBenchCutting,
  registerBenchGpu,
  registerBenchImport,
  registerBenchPrepare,
  registerBenchQueue,
  registerBenchRedaction,
  registerBenchServe,
  registerBenchTiming,
  registerBenchTrain,
} from "../bench/index.ts";
import { openMessages } from "../ingest/index.ts";
import { createRedactor, measureGaps } from "../prepare/index.ts";
import { openLlamaEngine, timingOf } from "../serve/index.ts";
import { resolveBase } from "../train/index.ts";
import { openContext } from "./command.ts";

/** The project's own speed, side by side in one run with what a user would use instead, and what redaction finds. */
export function registerBench(bench: Command): void {
  for (const register of [
    registerBenchImport,
    registerBenchPrepare,
    registerBenchCutting,
    registerBenchTrain,
    registerBenchQueue,
    registerBenchGpu,
  ])
    register(bench);
  registerBenchBases(bench, resolveBase);
  registerBenchRedaction(bench, createRedactor);
  registerBenchServe(bench, openLlamaEngine);
  registerBenchTiming(bench, { readGaps, openTimes: timingOf });
}

async function readGaps(command: Command, heldOutShare: number): ReturnType<typeof measureGaps> {
  const { workspace } = await openContext(command);
  const store = await openMessages(workspace);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return measureGaps(store, { persona: store.owner, timeZone, heldOutShare });
}
