import { readFile } from "node:fs/promises";
import * as z from "zod";
import {
  discordChoices,
  prepareChoices,
  replyChoices,
  sectionOf,
  type Table,
  withDefaults,
} from "./choices/index.ts";
import { UserError } from "./errors.ts";

/** Every choice there is. Secrets are not choices: they come from the environment. */
export const Config = z.strictObject({
  /** Whose voice to learn, spelled as in the export. Unset: the owner of the export. */
  persona: z
    .string()
    .nullish()
    .transform((name) => name ?? undefined),
  prepare: settled(prepareChoices),
  /** Unset fields keep the defaults of scripts/finetune.py. */
  train: z
    .strictObject({
      /** A preset (gpt2-large), a hub id, a directory, or scratch:LxHxE (layers, heads, width). */
      base: z.string().default("openai-community/gpt2-large"),
      epochs: z.number().positive().optional(),
      steps: z.int().positive().optional(),
      learningRate: z.number().positive().optional(),
      tokensPerStep: z.int().positive().optional(),
      contextLength: z.int().positive().optional(),
      schedule: z.enum(["cosine", "constant", "wsd"]).optional(),
      optimizer: z.enum(["adamw", "adamw-8bit"]).optional(),
      warmupShare: z.number().min(0).max(1).optional(),
      decayShare: z.number().min(0).max(1).optional(),
      weightDecay: z.number().min(0).optional(),
      emaDecay: z.number().min(0).max(1).optional(),
      dropout: z.number().min(0).max(1).optional(),
      lora: z.boolean().optional(),
      loraRank: z.int().positive().optional(),
      loraAlpha: z.number().positive().optional(),
      loraDropout: z.number().min(0).max(1).optional(),
      rslora: z.boolean().optional(),
      dora: z.boolean().optional(),
      /** `all`, or `last:N`. */
      trainLayers: z
        .string()
        .regex(/^(all|last:[1-9]\d*)$/)
        .optional(),
      nextSpeakerWeight: z.number().min(0).optional(),
      evaluateEvery: z.int().positive().optional(),
      patience: z.int().positive().optional(),
      saveEveryMinutes: z.number().positive().optional(),
      /** Cards of one machine for a run. */
      gpus: z.int().positive().optional(),
      microBatch: z.int().positive().optional(),
      precision: z.enum(["auto", "fp32", "bf16"]).optional(),
      gradientCheckpointing: z.enum(["auto", "on", "off"]).optional(),
      compile: z.enum(["auto", "on", "off"]).optional(),
      /** Weights shared out over the cards of a run. */
      fsdp: z.enum(["auto", "on", "off"]).optional(),
      attention: z.enum(["auto", "sdpa", "dense", "flex", "varlen"]).optional(),
      memoryLimitGb: z.number().positive().optional(),
      gguf: z.enum(["q8_0", "f16", "both", "none"]).optional(),
      /** What an hour of the training machine costs, for the record. */
      pricePerHour: z.number().min(0).optional(),
      seed: z.int().optional(),
    })
    .prefault({}),
  reply: settled(replyChoices),
  discord: settled(discordChoices),
  /** Discord user id to the name that training knows. */
  friends: z.record(z.string(), z.string()).default({}),
});
export type Config = z.infer<typeof Config>;

function settled<T extends Table>(table: T) {
  return sectionOf(table)
    .prefault({})
    .transform((chosen) => withDefaults(table, chosen));
}

/** Reads `persona.json`; a missing file means every default, unless somebody asked for it by name. */
export async function loadConfig(path: string, { mustExist = false } = {}): Promise<Config> {
  const config = Config.safeParse(await readJson(path, mustExist));
  if (config.success) return config.data;

  throw new UserError(`${path} has a mistake in it:\n${z.prettifyError(config.error)}`, {
    fix: "See persona.example.json for every field and its default.",
    cause: config.error,
  });
}

async function readJson(path: string, mustExist: boolean): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !mustExist) return {};
    throw new UserError(`${path} cannot be read${code === "ENOENT" ? ": it is not there" : ""}.`, {
      fix: code === "EACCES" ? "Check its permissions." : "Pass a file such as persona.json with --config.",
      cause: error,
    });
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new UserError(`${path} is not valid JSON: ${(error as Error).message}`, {
      fix: "See persona.example.json for every field and its default.",
    });
  }
}
