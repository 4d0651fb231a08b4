import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { addFlags, type Chosen, type Table, withDefaults } from "../choices/index.ts";
import { projectRoot } from "../project.ts";
import { openTerminal, type Terminal } from "../terminal.ts";
import { builtInTokenizerDirectory } from "../tokenizer/index.ts";
import { exportChoices } from "./export-choices.ts";
import { writeSyntheticChat, writeSyntheticExport } from "./inputs/index.ts";
import { measureProcess, median, type ProcessCost } from "./measure.ts";

const examples = `
Examples:
  persona bench import
  persona bench import --megabytes 60 500 --chat-megabytes 1000 --rounds 3`;

const choices = {
  ...exportChoices,
  megabytes: { ...exportChoices.megabytes, default: [60, 500] },
  chatMegabytes: {
    number: { atLeast: 0 },
    default: 1000,
    help: "size in megabytes of a single encrypted chat to import as well; 0 for none",
  },
} as const satisfies Table;

export function registerBenchImport(bench: Command): void {
  const benchImport = bench
    .command("import")
    .description("export to message store, beside Python and plain Node scripts over the same files");
  addFlags(benchImport, choices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof choices>, command: Command) => {
      const { megabytes, chatMegabytes, rounds, keep } = withDefaults(choices, flags);
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      const folder = keep ?? (await mkdtemp(path.join(tmpdir(), "persona-bench-")));
      try {
        for (const size of megabytes) await benchExport(terminal, folder, size, rounds);
        if (chatMegabytes > 0) await benchChat(terminal, folder, chatMegabytes, rounds);
      } finally {
        if (keep === null) await rm(folder, { recursive: true, force: true });
      }
    });
}

interface Contestant {
  name: string;
  command: (out: string) => string[];
  cores?: number;
}

const cli = path.join(projectRoot, "dist", "cli.js");
const scripts = path.join(projectRoot, "scripts");
const python = path.join(projectRoot, ".venv", "bin", "python");

function persona(target: string, cores: number): Contestant {
  const jobs = cores === 1 ? ["--jobs", "1"] : [];
  return {
    name: `persona import, ${cores === 1 ? "one core" : `${cores} cores`}`,
    command: (out) => [
      process.execPath,
      cli,
      "--data",
      out,
      "import",
      target,
      ...jobs,
      "--persona",
      "Inês Duarte",
    ],
    cores,
  };
}

async function benchExport(
  terminal: Terminal,
  folder: string,
  megabytes: number,
  rounds: number,
): Promise<void> {
  const target = path.join(folder, `export-${megabytes}`);
  if (!existsSync(target)) await writeSyntheticExport(target, { bytes: megabytes * 1e6 });
  const bytes = await sizeOf(target);
  const script = path.join(scripts, "bench", "ancestor.py");
  const node = path.join(scripts, "bench/plain-import.mjs");
  const contestants: Contestant[] = [
    persona(target, 1),
    persona(target, 2),
    {
      name: "JSON.parse alone (the limit)",
      command: () => [process.execPath, node, "parse", target],
      cores: 1,
    },
    {
      name: "plain Node script",
      command: (out) => [process.execPath, node, "repair", target, out],
      cores: 1,
    },
    { name: "Python json.load alone", command: () => ["python3", script, "load", target], cores: 1 },
    {
      name: "Python load + repair + write",
      command: (out) => ["python3", script, "repair", target, out],
      cores: 1,
    },
  ];
  if (existsSync(python)) {
    const tokenizer = path.join(builtInTokenizerDirectory, "tokenizer.json");
    contestants.push({
      name: "2023-style prepare.py (to tokens)",
      command: (out) => [python, script, "tokens", target, out, tokenizer],
      cores: 1,
    });
  }
  const results = await runInTurn(contestants, folder, rounds);
  report(
    terminal,
    `Export of ${(bytes / 1e6).toFixed(0)} MB`,
    bytes,
    results,
    "Python load + repair + write",
  );
}

async function benchChat(
  terminal: Terminal,
  folder: string,
  megabytes: number,
  rounds: number,
): Promise<void> {
  const target = path.join(folder, `chat-${megabytes}`);
  const file = path.join(target, "Zoë Fox_1.json");
  if (!existsSync(file)) await writeSyntheticChat(file, { bytes: megabytes * 1e6 });
  const bytes = (await stat(file)).size;
  const contestants: Contestant[] = [
    persona(target, 1),
    {
      name: "stream-json's assembler",
      command: () => [process.execPath, path.join(scripts, "bench/plain-import.mjs"), "assemble", file],
      cores: 1,
    },
  ];
  const results = await runInTurn(contestants, folder, Math.min(rounds, 2));
  report(
    terminal,
    `One encrypted chat of ${(bytes / 1e6).toFixed(0)} MB`,
    bytes,
    results,
    "stream-json's assembler",
  );
}

/** A round runs everybody once, so that a machine that slows down slows everybody down. */
async function runInTurn(
  contestants: Contestant[],
  folder: string,
  rounds: number,
): Promise<Map<string, ProcessCost[]>> {
  const results = new Map<string, ProcessCost[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, command, cores } of contestants) {
      const out = path.join(folder, "out");
      await rm(out, { recursive: true, force: true });
      results.get(name)?.push(await measureProcess(command(out), cores === undefined ? {} : { cores }));
      await rm(out, { recursive: true, force: true });
    }
  }
  return results;
}

function report(
  terminal: Terminal,
  title: string,
  bytes: number,
  results: Map<string, ProcessCost[]>,
  reference: string,
): void {
  const secondsOf = (name: string) => median((results.get(name) ?? []).map(({ seconds }) => seconds));
  terminal.note(`\n${title}, medians of whole processes`);
  terminal.note(`${"".padEnd(36)}    MB/s  peak RSS  against ${reference}`);
  const rows = [...results].map(([name, runs]) => ({
    name,
    megabytesPerSecond: bytes / 1e6 / secondsOf(name),
    peakMegabytes: median(runs.map(({ peakBytes }) => peakBytes)) / 1e6,
    ratio: secondsOf(reference) / secondsOf(name),
  }));
  for (const { name, megabytesPerSecond, peakMegabytes, ratio } of rows) {
    terminal.note(
      `${name.padEnd(36)}${megabytesPerSecond.toFixed(0).padStart(8)}${`${peakMegabytes.toFixed(0)} MB`.padStart(10)}${`${ratio.toFixed(2)} ×`.padStart(9)}`,
    );
  }
  terminal.data({ title, bytes, rows });
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true });
  const sizes = names
    .filter((name) => name.endsWith(".json"))
    .map(async (name) => (await stat(path.join(directory, name))).size);
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
}
