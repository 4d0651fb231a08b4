import { readFile } from "node:fs/promises";
import * as z from "zod";
import { UserError } from "./errors.ts";

const names = {
  threads: z.array(z.string()).default([]),
  people: z.array(z.string()).default([]),
};

/** The one list that need not be there. */
export const defaultRedactFile = "redact.txt";

/** Every choice there is. Secrets are not choices: they come from the environment. */
export const Config = z.strictObject({
  /** Whose voice to learn, spelled as in the export. Unset: the owner of the export. */
  persona: z.string().optional(),

  prepare: z
    .strictObject({
      /** A longer silence starts a new conversation; `auto` goes by each thread's own rhythm. */
      maxSilenceMinutes: z.union([z.literal("auto"), z.number().positive()]).default("auto"),
      /** Share of each thread's newest conversations held out of training, to measure on words the model never saw. */
      holdOutShare: z.number().min(0).max(0.5).default(0.05),
      /** Share of threads held out whole: people the model never heard. */
      holdOutThreadShare: z.number().min(0).max(0.5).default(0.02),
      /** Share of conversations in which friends carry a neutral label, for people on Discord who are not mapped. */
      neutralLabelShare: z.number().min(0).max(1).default(0.1),
      /** Share of replies of one word that is learned from; "ok" says little about anybody. */
      keepShort: z.number().min(0).max(1).default(1),
      /** Only these; empty means all. Threads by id or title, people by name. */
      include: z.strictObject(names).prefault({}),
      exclude: z
        .strictObject({
          ...names,
          /** Sections of the export whose messages come from strangers. */
          sections: z.array(z.string()).default(["message_requests", "filtered_threads", "spam"]),
        })
        .prefault({}),
      /** Days such as `2018-01-31`: the first to learn from, and the first not to. */
      since: z.iso.date().nullable().default(null),
      until: z.iso.date().nullable().default(null),
      /** Friends of whose words nothing may remain. */
      optedOut: z.array(z.string()).default([]),
      /** What becomes of people's names: kept, initials, or invented ones that cost no more tokens. */
      realNames: z.enum(["keep", "initials", "invented"]).default("keep"),
      /** Where telephone numbers without a country code are from (`PT`); null: the country of this machine's locale. */
      country: z.string().nullable().default(null),
      /** Ids of a tokeniser trained on the messages, such as 4096, for bases from scratch; null: GPT-2's. */
      trainTokenizer: z.int().min(258).max(65_536).nullable().default(null),
      /** A list of one's own of what must never be learned: a word, a phrase or a /regexp/ a line. */
      redactFile: z.string().default(defaultRedactFile),
    })
    .prefault({}),

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

  /** How replies are drawn. */
  reply: z
    .strictObject({
      temperature: z.number().min(0).max(2).default(0.8),
      topP: z.number().gt(0).max(1).default(0.95),
      maxTokens: z.int().positive().default(160),
    })
    .prefault({}),

  discord: z
    .strictObject({
      /** The bot answers everything in channels whose name matches; elsewhere it waits to be mentioned. */
      channels: z.array(z.string()).default(["persona-*"]),
    })
    .prefault({}),

  /** Discord user id to the name that training knows. */
  friends: z.record(z.string(), z.string()).default({}),
});
export type Config = z.infer<typeof Config>;

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
