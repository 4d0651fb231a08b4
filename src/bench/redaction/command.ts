import type { Command } from "commander";
import { addFlags, type Chosen, type Table, withDefaults } from "../../choices/index.ts";
import { openTerminal, type Terminal } from "../../terminal.ts";
import { measureRedaction, type RedactionFigures } from "./measure.ts";
import type { CreateRedactor } from "./score.ts";

const examples = `
Examples:
  persona bench redaction
  persona bench redaction --seed 2 --values 100 --country PT`;

const choices = {
  seed: { integer: { atLeast: 0 }, default: 1, help: "what the invented values and messages follow from" },
  values: { integer: { atLeast: 1 }, default: 20, help: "values to invent for each spelling" },
  conversations: {
    integer: { atLeast: 1 },
    default: 100_000,
    help: "conversations of each chat in which nothing is private",
  },
  country: {
    text: {},
    default: "GB",
    value: "code",
    help: "where telephone numbers without a country code are taken to be from",
  },
} as const satisfies Table;

/** Adds `redaction` to the `bench` command: what share of private values is found, and what else is replaced. */
export function registerBenchRedaction(bench: Command, create: CreateRedactor): void {
  const redaction = bench
    .command("redaction")
    .description("what share of invented private values is replaced, and how much of what is not private");
  addFlags(redaction, choices)
    .addHelpText("after", examples)
    .action((flags: Chosen<typeof choices>, command: Command) => {
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      const options = withDefaults(choices, flags);
      report(terminal, options.seed, measureRedaction(create, options));
    });
}

function report(terminal: Terminal, seed: number, figures: RedactionFigures): void {
  terminal.note(`Invented values and messages, seed ${seed}`);
  for (const { name, minRecall, kinds, all } of figures.recall) {
    terminal.note(`\n${name.padEnd(40)}  values  found  recall   wrong`);
    for (const { kind, values, found, wrong } of [...kinds, all])
      terminal.note(
        `  ${kind.padEnd(38)}${cell(values, 8)}${cell(found, 7)}${cell((found / values).toFixed(3), 8)}${cell(wrong, 8)}`,
      );
    terminal.note(`  at least ${minRecall} of them`);
  }
  terminal.note(`\n${"nothing private".padEnd(40)}messages  wrong  in 10,000`);
  for (const { name, messages, wrong, wrongIn10000, maxWrongIn10000 } of figures.precision)
    terminal.note(
      `  ${name.padEnd(38)}${cell(messages, 8)}${cell(wrong, 7)}${cell(wrongIn10000.toFixed(2), 11)}, at most ${maxWrongIn10000}`,
    );
  terminal.data({ seed, ...figures });
}

function cell(value: number | string, width: number): string {
  return String(value).padStart(width);
}
