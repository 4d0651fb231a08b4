import type { Command } from "commander";
import { addFlags, type Chosen, type Table, withDefaults } from "../../choices/index.ts";
import { formatPercent, openTerminal } from "../../terminal.ts";
import { measureHttp, type ServeEngine } from "./measure-http.ts";

const choices = {
  requests: { integer: { atLeast: 20 }, default: 500, help: "requests of each kind, one after the other" },
  tokens: { integer: { atLeast: 1, atMost: 400 }, default: 32, help: "tokens of each answer" },
  clients: {
    integer: { atLeast: 1, atMost: 64 * 4 },
    default: 100,
    help: "clients that wait at the same time",
  },
  seconds: { number: { above: 0 }, default: 20, help: "time for which they wait" },
} as const satisfies Table;

/** Adds `http` to the `bench` command: what `persona serve` itself takes, over an engine that takes no time. */
export function registerBenchHttp(bench: Command, serve: ServeEngine): void {
  const http = bench
    .command("http")
    .description(
      "what persona serve itself takes: a request over an engine that takes no time, and clients that wait",
    );
  addFlags(http, choices)
    .addHelpText("after", "\nExamples:\n  persona bench http")
    .action(async (flags: Chosen<typeof choices>, command: Command) => {
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      const { tokens, overheads, idle } = await measureHttp(withDefaults(choices, flags), serve);
      terminal.data({ tokens, overheads, idle });
      terminal.note(`An answer of ${tokens} tokens, processor time of server and client together:`);
      for (const { what, medianMs, slowestOf20Ms, cpuMs } of overheads) {
        const times = `${medianMs.toFixed(2)} ms, one in 20 over ${slowestOf20Ms.toFixed(2)} ms`;
        terminal.note(`${what.padEnd(22)} ${times}; ${cpuMs.toFixed(2)} ms of processor time`);
      }
      terminal.note(`${idle.clients} waiting clients: ${formatPercent(idle.shareOfCore, 2)} of a core`);
    });
}
