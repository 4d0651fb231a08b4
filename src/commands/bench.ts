import type { Command } from "commander";
import { registerBenchImport, registerBenchPrepare } from "../bench/index.ts";
import { ensurePython } from "../python.ts";
import { openContext } from "./command.ts";
import { wholeNumber } from "./numbers.ts";

/** The project's own speed, side by side in one run with what a user would use instead. */
export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("measure the project's own speed, side by side with what one would use instead");
  registerBenchImport(bench);
  registerBenchPrepare(bench);
  registerQueue(bench);
}

function registerQueue(bench: Command): void {
  bench
    .command("queue")
    .description("what a run and an event cost by way of the queue, and without it")
    .option("--rounds <n>", "turns of each, of which the middle counts (default: 10)", wholeNumber)
    .option("--events <n>", "events a turn (default: 2000)", wholeNumber)
    .addHelpText("after", "\nExamples:\n  persona bench queue")
    .action(async (flags: { rounds?: number; events?: number }, command: Command) => {
      const { terminal } = await openContext(command);
      await ensurePython(terminal.note);
      const { measureQueue } = await import("../bench/queue.ts");
      const figures = await measureQueue(flags);
      terminal.data(figures);
      const line = (what: string, { queue, plain }: { queue: number; plain: number }, target: string) =>
        terminal.note(
          `${what.padEnd(36)} queue ${queue.toFixed(3)} ms, plain ${plain.toFixed(3)} ms, ${(queue / plain).toFixed(2)}×${target}`,
        );
      line("asked for → trainer's first line", figures.start, " (target: at most 200 ms)");
      line("one event, trainer included", figures.event, "");
      line("one event, this process's own time", figures.eventCpu, " (target: at most 1 ms)");
    });
}
