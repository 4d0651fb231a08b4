import type { Command } from "commander";
import { registerBenchTrain } from "../bench/train.ts";

/** The project's own speed, side by side with what a user would use instead. */
export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("the project's own speed, side by side with what a user would use instead");
  registerBenchTrain(bench);
}
