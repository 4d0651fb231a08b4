import * as z from "zod";
import { AdapterNote, BitsPerByte, Interval } from "./runs.ts";

/** What `finetune.py` says on its stdout, one JSON line each. */
export const TrainerEvent = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("plan"),
    steps: z.int(),
    epochs: z.number(),
    microBatch: z.int(),
    accumulation: z.int(),
    contextLength: z.int(),
    precision: z.string(),
    device: z.string(),
    parameters: z.int(),
    trainableParameters: z.int(),
    trainTokens: z.int(),
    supervisedTokens: z.int(),
    /** Estimate in bytes of what the run needs at its peak. */
    memoryBytes: z.number(),
    /** The same by part: weights, optimizer, average, activations, gathered, work. */
    memoryParts: z.record(z.string(), z.number()).optional(),
    freeMemoryBytes: z.number().optional(),
    learningRate: z.number().optional(),
    rowsPerStep: z.int().optional(),
    /** Share of the rows' room that holds tokens. */
    packingFill: z.number().optional(),
    /** `sdpa`, `dense`, `flex` or `varlen`. */
    attention: z.string().optional(),
    optimizer: z.string().optional(),
    gradientCheckpointing: z.boolean().optional(),
    compile: z.boolean().optional(),
    /** Whether the weights are shared out over the processes. */
    fsdp: z.boolean().optional(),
    /** Processes that train together, under torchrun. */
    processes: z.int().optional(),
  }),
  z.looseObject({
    type: z.literal("step"),
    step: z.int(),
    totalSteps: z.int(),
    /** Mean over the supervised tokens of the step, in nats. */
    loss: z.number(),
    learningRate: z.number(),
    tokensPerSecond: z.number(),
    memoryBytes: z.number(),
    /** Norm of the gradients before clipping. */
    gradientNorm: z.number().optional(),
    /** Tokens of the step, padding not counted. */
    tokens: z.int().optional(),
    /** Seconds until the last step and evaluation at the latest pace; the export is not counted. */
    secondsLeft: z.number().optional(),
  }),
  z.looseObject({
    type: z.literal("evaluation"),
    step: z.int(),
    /** Held-out loss on the persona's words, in nats a token. */
    loss: z.number(),
    tokens: z.int(),
    isBest: z.boolean(),
    /** Held-out loss on other people's words: what is general; null where there are none. */
    generalLoss: z.number().nullish(),
    /** What the persona's held-out words cost, without bubble breaks and ends of turns, which `loss` counts too. */
    personaBitsPerByte: z.number().nullish(),
    /** How many bytes these words have. */
    personaBytes: z.int().optional(),
    /** The same of other people's words in the same conversations. */
    othersBitsPerByte: z.number().nullish(),
    /** By how much more the persona's words have gained since the first step; null where too little is held out to tell. */
    specificity: Interval.nullish(),
  }),
  z.looseObject({ type: z.literal("checkpoint-saved"), step: z.int(), directory: z.string() }),
  /** Long silent work, so that a watcher knows what it waits for: `loading`, `merging`, `exporting`, … */
  z.looseObject({ type: z.literal("phase"), name: z.string() }),
  z.looseObject({ type: z.literal("warning"), message: z.string() }),
  z.looseObject({
    type: z.literal("finished"),
    steps: z.int(),
    bestStep: z.int(),
    /** Null when it was stopped before the first evaluation. */
    bestLoss: z.number().nullable(),
    /** Held-out loss before the first step of the first attempt. */
    firstLoss: z.number().nullable(),
    personaBitsPerByte: BitsPerByte.nullish(),
    othersBitsPerByte: BitsPerByte.nullish(),
    /** Null where there is too little held-out text to tell. */
    specificity: Interval.nullish(),
    seconds: z.number(),
    /** True when it ended early on SIGTERM, after saving. */
    stopped: z.boolean(),
    endedBy: z.enum(["steps", "patience", "stop", "rung"]).optional(),
    /** Bits and bytes of the persona's words in each held-out conversation, by which runs are compared in pairs. */
    personaWords: z.array(z.tuple([z.number(), z.number()])).optional(),
    /** Real tokens a second of steps, all attempts together. */
    usefulTokensPerSecond: z.number().nullish(),
    modelFlopsUtilization: z.number().nullish(),
    peakMemoryBytes: z.number().optional(),
    energyJoules: z.number().nullish(),
    /** At `--price-per-hour`, in its currency. */
    cost: z.number().nullish(),
    /** How near each GGUF (`q8_0`, `f16`) is to the model, on held-out text. */
    agreement: z
      .record(
        z.string(),
        z.looseObject({ positions: z.int(), top1Agreement: z.number(), meanDivergence: z.number() }),
      )
      .optional(),
    /** Of a run with adapters. */
    adapter: AdapterNote.nullish(),
  }),
  z.looseObject({ type: z.literal("failed"), reason: z.string(), fix: z.string() }),
]);
export type TrainerEvent = z.infer<typeof TrainerEvent>;
