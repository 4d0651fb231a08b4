import type { Command } from "commander";
import {
  registerBenchCutting,
  registerBenchImport,
  registerBenchPrepare,
  registerBenchQueue,
  registerBenchTrain,
} from "../bench/index.ts";

/** The project's own speed, side by side in one run with what a user would use instead. */
export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("measure the project's own speed, side by side with what one would use instead");
  for (const register of [
    registerBenchImport,
    registerBenchPrepare,
    registerBenchCutting,
    registerBenchTrain,
    registerBenchQueue,
  ])
    register(bench);
}
