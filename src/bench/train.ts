import type { Command } from "commander";
import * as z from "zod";
import { addFlags, type Chosen, type Table, trainChoices, wordsOf } from "../choices/index.ts";
import { UserError } from "../errors.ts";
import { runScript } from "../python.ts";

const examples = `
Examples:
  persona bench train --shards data/shards/ID
  persona bench train --shards data/shards/ID --nanogpt ../nanoGPT --base scratch:6x6x384
  persona bench train --shards data/shards/ID --base .cache/smollm2-135m --lora --context-length 256`;

const Speed = z.object({
  tokensPerSecond: z.number(),
  usefulTokensPerSecond: z.number(),
  usefulTokensPerCpuSecond: z.number(),
  peakBytes: z.number(),
});

/** What `scripts/bench/train.py` says. */
const BenchEvent = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("turn"),
    trainer: z.string(),
    seconds: z.number(),
    usefulTokens: z.number(),
  }),
  z.object({
    type: z.literal("compared"),
    trainers: z.record(z.string(), Speed),
    fill: z.number().nullish(),
  }),
]);

/** Each trainer's speed: the median of its turns. */
type TrainerSpeeds = Record<string, z.infer<typeof Speed>>;

const { contextLength, microBatch, precision } = trainChoices;

/** `scripts/bench/train.py` knows the defaults. */
const choices = {
  shards: { text: {}, required: true, value: "dir", help: "a data set that persona prepare wrote" },
  base: { text: {}, value: "model", help: "scratch:LxHxE, a folder or a preset" },
  lora: { boolean: {}, help: "train adapters (without nanoGPT, which has none)" },
  nanogpt: { text: {}, value: "dir", help: "a checkout of nanoGPT; left out when not given" },
  contextLength: { integer: contextLength.integer, value: "tokens", help: contextLength.help },
  microBatch: { integer: microBatch.integer, help: "sequences at once, for persona and nanoGPT" },
  precision: { oneOf: precision.oneOf, help: "arithmetic precision" },
  compile: { boolean: {}, help: "compile all of them" },
  rounds: { integer: { atLeast: 1 }, help: "turns of each" },
  steps: { integer: { atLeast: 1 }, help: "optimiser steps in a turn" },
} as const satisfies Table;

type BenchTrainFlags = Chosen<typeof choices> & { shards: string };

/** Adds `train` to the `bench` command: our trainer beside nanoGPT's loop and the padded Hugging Face Trainer. */
export function registerBenchTrain(bench: Command): void {
  const train = bench
    .command("train")
    .description(
      "tokens a second of this trainer, nanoGPT's loop and the padded Hugging Face Trainer, in turns",
    );
  addFlags(train, choices)
    .addHelpText("after", examples)
    .action(async (flags: BenchTrainFlags, command: Command) => {
      const speeds = await compareTrainers(flags, (line) => process.stderr.write(`${line}\n`));
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      process.stdout.write(json ? `${JSON.stringify(speeds)}\n` : `${describeSpeeds(speeds).join("\n")}\n`);
    });
}

/** Runs the comparison; `note` is told each turn. */
async function compareTrainers(flags: BenchTrainFlags, note: (line: string) => void): Promise<TrainerSpeeds> {
  for await (const line of runScript("bench/train.py", toFlags(flags))) {
    const event = BenchEvent.parse(line);
    if (event.type === "compared") return event.trainers;
    const speed = Math.round(event.usefulTokens / event.seconds);
    note(`${event.trainer}: ${speed} useful tokens a second in ${event.seconds.toFixed(1)} s`);
  }
  throw new UserError("The trainers ended without a result.", {
    fix: "See what they wrote above; a smaller --micro-batch needs less memory.",
  });
}

/** A table: speeds, ours against each, and peak memory. */
function describeSpeeds(speeds: TrainerSpeeds): string[] {
  const ours = speeds.persona;
  return [
    "trainer         tokens/s   useful tokens/s   persona is   by processor time   peak memory",
    ...Object.entries(speeds).map(([name, speed]) => {
      const ratio = (of: "usefulTokensPerSecond" | "usefulTokensPerCpuSecond") =>
        ours ? `${(ours[of] / speed[of]).toFixed(2)}×` : "";
      return [
        name.padEnd(14),
        speed.tokensPerSecond.toFixed(0).padStart(9),
        speed.usefulTokensPerSecond.toFixed(0).padStart(17),
        ratio("usefulTokensPerSecond").padStart(12),
        ratio("usefulTokensPerCpuSecond").padStart(19),
        `${(speed.peakBytes / 1e9).toFixed(1)} GB`.padStart(13),
      ].join(" ");
    }),
  ];
}

function toFlags(flags: BenchTrainFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => wordsOf(name, value));
}
