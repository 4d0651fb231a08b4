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
  registerBenchTrain,
} from "../bench/index.ts";
import { createRedactor } from "../prepare/index.ts";
import { openLlamaEngine } from "../serve/index.ts";
import { resolveBase } from "../train/index.ts";

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
}
