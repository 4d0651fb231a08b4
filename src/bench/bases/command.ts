import type { Command } from "commander";
import { addFlags, type Chosen, type Table, trainRequest, withDefaults } from "../../choices/index.ts";
import { ensurePython } from "../../python.ts";
import { formatCount, openTerminal, type Terminal } from "../../terminal.ts";
import { compareBases, type MeasuredBase, type ResolveBase } from "./compare.ts";

const examples = `
Examples:
  persona bench bases gpt2-large smollm2-135m --shards data/shards/ID
  persona bench bases ./my-base ./model.gguf Qwen/Qwen3-0.6B-Base --shards data/shards/ID --seconds 120

The first base that can be loaded is what the others are compared with.`;

const choices = {
  replies: {
    integer: { atLeast: 1 },
    default: 200,
    help: "held-out replies of the persona to score, at most",
  },
  seconds: {
    number: { above: 0 },
    default: 60,
    unit: "seconds",
    help: "time for the scoring of each base, loading not counted; fewer replies are scored where it ends first",
  },
  seed: { integer: { atLeast: 0 }, default: 0, help: "which replies come first" },
  rendering: {
    ...trainRequest.rendering,
    help: "how conversations are written: plain as for base models, or chat by the model's own chat template; auto: as training from this base would write them",
  },
} as const satisfies Table;

const whichShards = {
  shards: {
    text: {},
    required: true,
    value: "dir",
    help: "a data set that persona prepare wrote, for whichever base",
  },
} as const satisfies Table;

type BenchBasesFlags = Chosen<typeof choices> & { shards: string };

/** Adds `bases` to the `bench` command: what each base makes of somebody's words before any training. */
export function registerBenchBases(bench: Command, resolveBase: ResolveBase): void {
  const bases = bench
    .command("bases")
    .description("which base suits somebody best: bits per byte of their held-out words, before any training")
    .argument("<base...>", "presets, hub ids, folders or GGUF files");
  addFlags(bases, { ...whichShards, ...choices })
    .addHelpText("after", examples)
    .action(async (names: string[], { shards, ...flags }: BenchBasesFlags, command: Command) => {
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      await ensurePython(terminal.note);
      const found: MeasuredBase[] = [];
      for await (const base of compareBases(names, shards, withDefaults(choices, flags), {
        resolveBase,
        terminal,
      })) {
        if (found.length === 0) terminal.note(header);
        found.push(base);
        terminal.note(describe(base));
      }
      summarize(found, terminal);
      terminal.data({ shards, bases: found });
      if (found.every(({ figures }) => figures === undefined)) process.exitCode = 1;
    });
}

const columns = [28, 9, 24, 26, 12, 13, 8, 9, 9] as const;

const header = cells([
  "base",
  "rendering",
  "bits a byte  (95 %)",
  "against the first (95 %)",
  "tokens/byte",
  "weights",
  "replies",
  "loading",
  "scoring",
]);

function cells(texts: string[]): string {
  return texts
    .map((text, index) => (index === 0 ? text.padEnd(columns[0]) : text.padStart(columns[index] ?? 0)))
    .join(" ")
    .trimEnd();
}

function describe({ name, rendering, figures, problem }: MeasuredBase): string {
  const shown = name.length > columns[0] ? `…${name.slice(1 - columns[0])}` : name;
  if (figures === undefined) return `${shown.padEnd(columns[0])}  not measured: ${problem}`;
  const { bitsPerByte, against, tokensPerByte, weights, replies, loadingSeconds, seconds } = figures;
  const { value, low, high } = bitsPerByte;
  return cells([
    shown,
    rendering ?? "",
    `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`,
    against === null
      ? ""
      : `${percent(against.value)} % (${percent(against.low)} to ${percent(against.high)})`,
    tokensPerByte.toFixed(3),
    `${formatCount(Math.round(weights / 1e6))} M`,
    formatCount(replies),
    `${loadingSeconds.toFixed(0)} s`,
    `${seconds.toFixed(0)} s`,
  ]);
}

function percent(share: number): string {
  return `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(100 * share).toFixed(1)}`;
}

/** Which of them is best, where that can be told. */
function summarize(bases: MeasuredBase[], { note }: Terminal): void {
  const measured = bases.flatMap(({ name, figures }) => (figures ? [{ name, figures }] : []));
  const [first] = measured;
  if (first === undefined || measured.length < 2) return;
  const better = measured.filter(({ figures }) => (figures.against?.high ?? 0) < 0);
  const best = better.toSorted((a, b) => a.figures.bitsPerByte.value - b.figures.bitsPerByte.value)[0];
  note(
    best === undefined
      ? `None is clearly better than ${first.name} at these words.`
      : `Fewest bits a byte among those that are clearly better than ${first.name}: ${best.name}.`,
  );
}
