import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { execa } from "execa";
import { addFlags, type Chosen, type Settled, type Table, withDefaults } from "../choices/index.ts";
import { projectRoot } from "../project.ts";
import { pythonPath } from "../python.ts";
import { openTerminal, type Terminal } from "../terminal.ts";
import { builtInTokenizerDirectory } from "../tokenizer/index.ts";
import { makePrivateDirectory } from "../workspace.ts";
import { exportChoices } from "./export-choices.ts";
import { writeSyntheticExport } from "./inputs/index.ts";
import { measureProcess, median, type ProcessCost } from "./measure.ts";
import { runTiktoken, verifyTokens, writeLines } from "./verify-tokens.ts";

const examples = `
Examples:
  persona bench prepare
  persona bench prepare --megabytes 60 500 --rounds 5
  persona bench prepare --export ~/Downloads/facebook-ana --verify 1000000`;

const choices = {
  ...exportChoices,
  export: { text: {}, value: "folder", help: "an unzipped export to use instead of generated ones" },
  verify: {
    integer: { atLeast: 0 },
    default: 0,
    value: "lines",
    help: "fuzzed lines on which to compare the ids with tiktoken's first",
  },
} as const satisfies Table;

export function registerBenchPrepare(bench: Command): void {
  const prepare = bench
    .command("prepare")
    .description("message store to shards, beside tiktoken and the plain Python loop of 2023");
  addFlags(prepare, choices)
    .addHelpText("after", examples)
    .action(async (given: Chosen<typeof choices>, command: Command) => {
      const flags = withDefaults(choices, given);
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      const folder = flags.keep ?? (await mkdtemp(path.join(tmpdir(), "persona-bench-")));
      try {
        await makePrivateDirectory(folder);
        if (flags.verify > 0) await verify(terminal, folder, flags.verify);
        for (const target of await exportsOf(flags, folder))
          await benchExport(terminal, folder, target, flags.rounds);
      } finally {
        if (flags.keep === null) await rm(folder, { recursive: true, force: true });
      }
    });
}

async function verify(terminal: Terminal, folder: string, lines: number): Promise<void> {
  const verified = await verifyTokens(folder, lines);
  terminal.note(`The same ids as tiktoken's on ${verified.lines} fuzzed lines (${verified.tokens} tokens).`);
  terminal.data({ verified });
}

async function exportsOf(
  { export: given, megabytes }: Settled<typeof choices>,
  folder: string,
): Promise<string[]> {
  if (given !== null) return [given];
  const targets: string[] = [];
  for (const size of megabytes) {
    const target = path.join(folder, `export-${size}`);
    if (!existsSync(target)) await writeSyntheticExport(target, { bytes: size * 1e6 });
    targets.push(target);
  }
  return targets;
}

const cores = 2;
const cli = path.join(projectRoot, "dist", "cli.js");
const ancestor = "the ancestor: json.load, format, tiktoken";

async function benchExport(
  terminal: Terminal,
  folder: string,
  target: string,
  rounds: number,
): Promise<void> {
  const data = path.join(folder, "data");
  await rm(data, { recursive: true, force: true });
  const persona = (...words: string[]) => [process.execPath, cli, "--data", data, ...words];
  await measureProcess(persona("import", target));
  const lines = path.join(folder, "texts.jsonl");
  await writeLines(lines, textsOf(data));

  const runs: Record<string, ProcessCost[]> = {};
  const keep = (name: string, measured: ProcessCost) => {
    runs[name] = [...(runs[name] ?? []), measured];
  };
  const fresh = (...parts: string[]) =>
    Promise.all(parts.map((part) => rm(path.join(data, part), { recursive: true, force: true })));
  const encodeSeconds: number[] = [];
  // Everybody in turn: a machine that slows down slows everybody down.
  for (let round = 0; round < rounds; round++) {
    keep(ancestor, await measureProcess(ancestorCommand(target, path.join(folder, "train.bin"))));
    await fresh("messages");
    keep("persona import", await measureProcess(persona("import", target), { cores }));
    for (const jobs of [1, cores]) {
      await fresh("shards", "segments");
      keep(
        `persona prepare, ${jobs} of ${cores} cores`,
        await measureProcess(persona("prepare", "--jobs", String(jobs)), { cores: jobs }),
      );
    }
    keep("persona prepare, again", await measureProcess(persona("prepare"), { cores }));
    encodeSeconds.push((await runTiktoken(lines)).encodeSeconds);
  }
  report(terminal, { bytes: await sizeOf(target), tokens: await tokensOf(data), runs, encodeSeconds });
}

function ancestorCommand(target: string, out: string): string[] {
  const tokenizer = path.join(builtInTokenizerDirectory, "tokenizer.json");
  return [
    pythonPath,
    path.join(projectRoot, "scripts", "bench", "ancestor.py"),
    "tokens",
    target,
    out,
    tokenizer,
  ];
}

async function* textsOf(data: string): AsyncGenerator<string> {
  const printing = execa(process.execPath, [cli, "--data", data, "--json", "messages"], { buffer: false });
  for await (const line of createInterface({ input: printing.stdout })) {
    const { text, kind } = JSON.parse(line);
    if (kind === "text") yield text;
  }
  await printing;
}

async function tokensOf(data: string): Promise<number> {
  const shards = path.join(data, "shards");
  const [id = ""] = await readdir(shards);
  const { splits } = JSON.parse(await readFile(path.join(shards, id, "manifest.json"), "utf8"));
  return splits.train.tokens + splits.val.tokens;
}

async function sizeOf(directory: string): Promise<number> {
  const names = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith(".json"));
  const sizes = await Promise.all(names.map((name) => stat(path.join(directory, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

interface Result {
  bytes: number;
  tokens: number;
  runs: Record<string, ProcessCost[]>;
  /** Of tiktoken alone, without reading or starting. */
  encodeSeconds: number[];
}

function report(terminal: Terminal, { bytes, tokens, runs, encodeSeconds }: Result): void {
  const middle = (name: string, field: keyof ProcessCost) =>
    median((runs[name] ?? []).map((run) => run[field]));
  const both = ["persona import", `persona prepare, ${cores} of ${cores} cores`];
  const secondsOf = (names: string[]) => names.reduce((sum, name) => sum + middle(name, "seconds"), 0);
  const rows = [...Object.keys(runs).map((name) => [name]), both].map((names) => ({
    name: names.length > 1 ? `import and prepare, ${cores} cores` : (names[0] as string),
    seconds: secondsOf(names),
    cpuSeconds: names.reduce((sum, name) => sum + middle(name, "cpuSeconds"), 0),
    peakBytes: Math.max(...names.map((name) => middle(name, "peakBytes"))),
    ratio: secondsOf([ancestor]) / secondsOf(names),
  }));
  terminal.note(`\nExport of ${(bytes / 1e6).toFixed(0)} MB, medians of whole processes`);
  terminal.note(`${"".padEnd(42)}       s   CPU s    MB/s   peak RSS  against the ancestor`);
  for (const { name, seconds, cpuSeconds, peakBytes, ratio } of rows) {
    const cells = [seconds.toFixed(2), cpuSeconds.toFixed(2), (bytes / 1e6 / seconds).toFixed(0)];
    terminal.note(
      name.padEnd(42) +
        cells.map((cell) => cell.padStart(8)).join("") +
        `${(peakBytes / 1e6).toFixed(0)} MB`.padStart(11) +
        `${ratio.toFixed(2)} ×`.padStart(9),
    );
  }
  const perSecond = (seconds: number) => (tokens / 1e6 / seconds).toFixed(2);
  terminal.note(
    `Shards: ${(tokens / 1e6).toFixed(1)} M tokens, ${perSecond(secondsOf(both.slice(1)))} M a second; tiktoken alone ${perSecond(median(encodeSeconds))} M a second.`,
  );
  terminal.data({ bytes, tokens, rows, tiktokenSeconds: median(encodeSeconds) });
}
