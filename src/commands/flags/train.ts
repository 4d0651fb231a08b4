import type { Command } from "commander";
import { Option } from "commander";
import type { Config } from "../../config.ts";
import { UsageError } from "../../errors.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { number, positive, share, wholeNumber } from "./numbers.ts";

/** What `finetune.py` can be told; unset means its own default. */
export interface TrainerFlags {
  epochs?: number;
  steps?: number;
  tokensPerStep?: number;
  contextLength?: number;
  learningRate?: number;
  schedule?: string;
  optimizer?: string;
  warmupShare?: number;
  decayShare?: number;
  weightDecay?: number;
  emaDecay?: number;
  dropout?: number;
  lora?: boolean;
  loraRank?: number;
  loraAlpha?: number;
  loraDropout?: number;
  rslora?: boolean;
  dora?: boolean;
  trainLayers?: string;
  nextSpeakerWeight?: number;
  evaluateEvery?: number;
  evaluationRows?: number;
  patience?: number;
  saveEveryMinutes?: number;
  gpus?: number;
  microBatch?: number;
  precision?: string;
  gradientCheckpointing?: string;
  compile?: string;
  fsdp?: string;
  attention?: string;
  agreementPositions?: number;
  memoryLimitGb?: number;
  gguf?: string;
  pricePerHour?: number;
  seed?: number;
}

const onOff = ["auto", "on", "off"];

/** Adds the trainer's flags, grouped by what they are about. */
export function addTrainerFlags(command: Command): Command {
  return command
    .optionsGroup("Length:")
    .option("--epochs <n>", "passes over the data at most", positive)
    .option("--steps <n>", "optimiser steps at most, instead of epochs", wholeNumber)
    .option("--tokens-per-step <n>", "tokens an optimiser step", wholeNumber)
    .option("--context-length <tokens>", "tokens a row", wholeNumber)
    .optionsGroup("Optimiser:")
    .option("--learning-rate <rate>", "peak learning rate", positive)
    .addOption(choice("--schedule <kind>", "how the rate falls", ["cosine", "constant", "wsd"]))
    .addOption(choice("--optimizer <kind>", "8 bits need less memory", ["adamw", "adamw-8bit"]))
    .option("--warmup-share <share>", "of all steps", share)
    .option("--decay-share <share>", "of all steps, at the end of wsd", share)
    .option("--weight-decay <rate>", "pull of the weights towards zero", number)
    .option("--ema-decay <share>", "keep a running mean of the weights, and use that", share)
    .option("--dropout <share>", "of activations, while training", share)
    .optionsGroup("What is trained:")
    .option("--lora", "low-rank adapters instead of all weights")
    .option("--no-lora", "all weights, even where the base's preset says adapters")
    .option("--lora-rank <n>", "rank of the adapters", wholeNumber)
    .option("--lora-alpha <n>", "scale of the adapters", positive)
    .option("--lora-dropout <share>", "of the adapters' inputs", share)
    .option("--rslora", "adapters scaled by the root of their rank")
    .option("--dora", "adapters that learn direction and size apart")
    .option("--train-layers <which>", "all, or last:N", readLayers)
    .option("--next-speaker-weight <n>", "of predicting who speaks next, against 1 a word", number)
    .optionsGroup("Measuring and saving:")
    .option("--evaluate-every <steps>", "steps between two measurements on held-out words", wholeNumber)
    .option("--evaluation-rows <n>", "rows of held-out words to measure on, at most", wholeNumber)
    .option("--patience <n>", "measurements without a better one before it stops", wholeNumber)
    .option("--save-every-minutes <minutes>", "what a crash can cost at most", positive)
    .optionsGroup("Machine:")
    .option("--gpus <n>", "cards of one machine, with a process on each", wholeNumber)
    .option("--micro-batch <rows>", "rows at once", wholeNumber)
    .addOption(choice("--precision <kind>", "of the arithmetic", ["auto", "fp32", "bf16"]))
    .addOption(choice("--gradient-checkpointing <when>", "less memory for more time", onOff))
    .addOption(choice("--compile <when>", "torch.compile", onOff))
    .addOption(choice("--fsdp <when>", "weights shared out over the cards", onOff))
    .addOption(
      choice("--attention <kind>", "which implementation", ["auto", "sdpa", "dense", "flex", "varlen"]),
    )
    .option("--memory-limit-gb <n>", "plan for this much memory instead of what is free", positive)
    .addOption(choice("--gguf <kind>", "what the model is written as", ["q8_0", "f16", "both", "none"]))
    .option("--agreement-positions <n>", "held-out positions to compare the GGUF on; 0: none", number)
    .option("--price-per-hour <amount>", "of this machine, for the record", number)
    .option("--seed <n>", "of weights, order and dropout", number);
}

const settingNames = [
  "epochs",
  "steps",
  "tokensPerStep",
  "contextLength",
  "learningRate",
  "schedule",
  "optimizer",
  "warmupShare",
  "decayShare",
  "weightDecay",
  "emaDecay",
  "dropout",
  "lora",
  "loraRank",
  "loraAlpha",
  "loraDropout",
  "rslora",
  "dora",
  "trainLayers",
  "nextSpeakerWeight",
  "evaluateEvery",
  "evaluationRows",
  "patience",
  "saveEveryMinutes",
  "gpus",
  "microBatch",
  "precision",
  "gradientCheckpointing",
  "compile",
  "fsdp",
  "attention",
  "agreementPositions",
  "memoryLimitGb",
  "gguf",
  "pricePerHour",
  "seed",
] as const satisfies (keyof TrainerFlags)[];

/** Only what was set, by flags first and `persona.json` second: the defaults are the trainer's. */
export function settingsOf(flags: TrainerFlags, config: Config["train"]): RunRecord["settings"] {
  const chosen: { [Name in keyof TrainerFlags]: TrainerFlags[Name] | undefined } = { ...config, ...flags };
  return Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = chosen[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function choice(flags: string, description: string, choices: string[]): Option {
  return new Option(flags, description).choices(choices);
}

function readLayers(text: string): string {
  if (text === "all" || /^last:[1-9]\d*$/.test(text)) return text;
  throw new UsageError(`${text} names no layers.`, {
    fix: "Write all, or last:4 for the four nearest the words.",
  });
}
