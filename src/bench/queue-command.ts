import type { Command } from "commander";
import { addFlags, type Chosen, type Table, withDefaults } from "../choices/index.ts";
import { ensurePython } from "../python.ts";
import { openTerminal } from "../terminal.ts";

const choices = {
  rounds: {
    integer: { atLeast: 1 },
    default: 10,
    help: "times that each is measured, in turn; medians are printed",
  },
  events: { integer: { atLeast: 1 }, default: 2000, help: "events in each round" },
} as const satisfies Table;

export function registerBenchQueue(bench: Command): void {
  const queue = bench
    .command("queue")
    .description("what a run and an event cost by way of the queue, and without it");
  addFlags(queue, choices)
    .addHelpText("after", "\nExamples:\n  persona bench queue")
    .action(async (flags: Chosen<typeof choices>, command: Command) => {
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      await ensurePython(terminal.note);
      const { measureQueue } = await import("./queue.ts");
      const figures = await measureQueue(withDefaults(choices, flags));
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
