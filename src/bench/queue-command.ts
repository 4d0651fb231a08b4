import type { Command } from "commander";
import { ensurePython } from "../python.ts";
import { openTerminal } from "../terminal.ts";

interface Flags {
  rounds: number;
  events: number;
}

export function registerBenchQueue(bench: Command): void {
  bench
    .command("queue")
    .description("what a run and an event cost by way of the queue, and without it")
    .option("--rounds <n>", "turns of each, of which the middle counts", Number, 10)
    .option("--events <n>", "events a turn", Number, 2000)
    .addHelpText("after", "\nExamples:\n  persona bench queue")
    .action(async (flags: Flags, command: Command) => {
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      await ensurePython(terminal.note);
      const { measureQueue } = await import("./queue.ts");
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
