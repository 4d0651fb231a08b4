/**
 * The shared vocabulary: one type for each arrow between two rooms.
 *
 * `export ─ ingest ─▶ Message ─ prepare ─▶ ShardManifest ─ train ─▶ RunRecord ─ serve ─▶ replies`
 *
 * What is read back from disk has a zod schema; what only lives in memory has a plain type.
 */
import * as z from "zod";

// ----- ingest ▶ prepare: messages -----

/** What an entry of a thread is. Only `text` entries are words that a person wrote. */
export const MessageKind = z.enum([
  "text",
  "media",
  "sticker",
  "share",
  "call",
  "service",
  "reaction",
  "poll",
  "unsent",
  "empty",
]);
export type MessageKind = z.infer<typeof MessageKind>;

export interface Attachment {
  kind: "photo" | "video" | "audio" | "file" | "gif" | "sticker" | "link" | "media";
  /** File name or address as the export gives it. */
  name: string;
}

export interface Reaction {
  emoji: string;
  actor: string;
}

/** One entry of one thread. */
export interface Message {
  /** Stable id of the thread; also the name of its file in the store. */
  thread: string;
  /** The person's name in the store. People whom the export cannot tell apart carry the thread in their name. */
  sender: string;
  /** Unix time in milliseconds; null where the export does not know it. */
  sentAt: number | null;
  /** The sender's own words, well-formed Unicode in NFC; empty for what is not text. */
  text: string;
  kind: MessageKind;
  attachments: Attachment[];
  reactions: Reaction[];
  /** Seconds that a call lasted, where the export says so. */
  callSeconds?: number;
  /** Where it came from: format and section, such as `facebook/inbox` or `facebook/e2ee`. */
  source: string;
}

/** What the store's index says of one thread. */
export const ThreadSummary = z.object({
  id: z.string(),
  title: z.string(),
  isGroup: z.boolean(),
  /** `inbox`, `e2ee_cutover`, `archived_threads`, `filtered_threads`, `message_requests`, …; newest export wins. */
  section: z.string(),
  /** Everyone who took part, with the number of their text messages. */
  people: z.array(z.object({ name: z.string(), texts: z.int() })),
  /** Entries of every kind. */
  entries: z.int(),
  /** Entries that are text. */
  texts: z.int(),
  firstAt: z.number().nullable(),
  lastAt: z.number().nullable(),
  /** sha256 of the thread's file, in hex: what a later stage compares to see whether it is stale. */
  sha256: z.string(),
});
export type ThreadSummary = z.infer<typeof ThreadSummary>;

/** The message store as later stages see it. */
export interface MessageStore {
  /** The person whose export it is, spelled as in `Message.sender`. */
  owner: string;
  /** In the store's stable order. */
  threads: ThreadSummary[];
  /** The messages of one thread, oldest first, one in memory at a time. */
  read(thread: ThreadSummary): AsyncIterable<Message>;
  /** The same, some thousand at a time: less to do for each message. */
  readBatches?(thread: ThreadSummary): AsyncIterable<Message[]>;
}

// ----- prepare ▶ transcript: conversations -----

/** What one person sent in a row, as the burst of bubbles that it was. */
export interface Turn {
  /** The label that the model sees. */
  speaker: string;
  isPersona: boolean;
  bubbles: string[];
  /** True for each bubble of the persona that is context for what follows but nothing to learn. */
  contextOnly?: boolean[];
}

// ----- prepare ▶ train: shards -----

/** How a conversation is written for a model; see `transcript.ts`. */
export const Rendering = z.enum(["plain", "chat"]);
export type Rendering = z.infer<typeof Rendering>;

export { MaskCode } from "./mask-code.ts";

const ShardFile = z.object({ bytes: z.int(), sha256: z.string() });

/** One split (`train` or `val`) of a data set: four files that share one token order. */
export const ShardSplit = z.object({
  conversations: z.int(),
  turns: z.int(),
  tokens: z.int(),
  /** Tokens with mask code 1. */
  supervisedTokens: z.int(),
  /** The persona's bubbles that are learned from or, in `val`, measured: each of them once. */
  personaBubbles: z.int().optional(),
  files: z.object({
    /** Raw little-endian token ids, uint16 or uint32: what nanoGPT reads. */
    bin: ShardFile,
    /** One mask code a token. */
    mask: ShardFile,
    /** uint64: index of the first token of each conversation. */
    offsets: ShardFile,
    /** uint64: index of the first token of each turn. From a conversation's offset to its first turn lies its prefix. */
    turns: ShardFile,
  }),
});
export type ShardSplit = z.infer<typeof ShardSplit>;

/** `data/shards/<id>/manifest.json`, written last: its existence means that the data set is whole. */
export const ShardManifest = z.object({
  format: z.literal(1),
  id: z.string(),
  createdAt: z.string(),
  persona: z.string(),
  /** Labels of the others that training has seen, most frequent first, neutral labels included. */
  speakers: z.array(z.string()),
  rendering: Rendering,
  tokenizer: z.object({
    /** `gpt2`, the base model it came with, or `own`. */
    name: z.string(),
    /** sha256 of `tokenizer.json`. */
    sha256: z.string(),
    vocabularySize: z.int(),
    /** The ids that were asked for, where it was trained on this data set's own text. */
    trainedFor: z.int().optional(),
  }),
  dtype: z.enum(["uint16", "uint32"]),
  /** The id that ends a conversation and, in the plain rendering, opens every window. */
  endOfConversation: z.int(),
  splits: z.object({ train: ShardSplit, val: ShardSplit }),
  /** Ids of the threads that anything was taken from. */
  threads: z.array(z.string()).optional(),
  /**
   * Everything left out, by reason. Bubbles here and those of both splits add up to all that the persona wrote.
   * A reason without conversations is about single bubbles or turns.
   */
  excluded: z.record(z.string(), z.object({ conversations: z.int(), personaBubbles: z.int() })),
  /** Passages that were masked, by kind. */
  redactions: z.record(z.string(), z.int()).optional(),
  /** The choices it was made with, defaults included. */
  settings: z.record(z.string(), z.unknown()),
});
export type ShardManifest = z.infer<typeof ShardManifest>;

// ----- prepare ▶ serve: style -----

/**
 * Values by size. `counts[i]` lie in `[edges[i], edges[i + 1])` of the edges that `Style.edges` names; the last bin is open.
 * Quantiles are null where nothing was counted.
 */
const Distribution = z.object({
  count: z.int(),
  quantiles: z
    .object({ p10: z.number(), p25: z.number(), p50: z.number(), p75: z.number(), p90: z.number() })
    .nullable(),
  counts: z.array(z.int()),
});
export type Distribution = z.infer<typeof Distribution>;

const EmojiCount = z.object({ emoji: z.string(), count: z.int() });
/** Turns of others, how many of them the persona did not answer, and that share; null of no turns. */
const Silence = z.object({ turnsOfOthers: z.int(), unanswered: z.int(), share: z.number().nullable() });

/** `data/shards/<id>/style.json`: how the persona writes, in counts; no word of anybody. Shares are of 1. */
export const Style = z.object({
  format: z.literal(1),
  persona: z.string(),
  /** IANA zone of every hour below. */
  timeZone: z.string(),
  conversations: z.int(),
  messages: z.int(),
  turns: z.int(),
  /** Lower edges of the bins of every distribution below. */
  edges: z.object({
    delaySeconds: z.array(z.number()),
    characters: z.array(z.number()),
    bubbles: z.array(z.number()),
    emoji: z.array(z.number()),
  }),
  /**
   * From the last bubble of somebody's turn to the first of the persona's that follows in the same conversation. A silence
   * that ends the conversation is no delay: what comes after it opens another one.
   */
  replyDelaySeconds: z.object({
    overall: Distribution,
    /** By the local hour in which the other's turn ended: 24 of them. */
    byHour: z.array(Distribution),
    /** By how long nobody had written before the other's turn began. */
    bySilence: z.array(
      z.object({ fromSeconds: z.number(), toSeconds: z.number().nullable(), delay: Distribution }),
    ),
  }),
  bubblesATurn: Distribution,
  /** From one bubble of a turn to the next, by the length of the next: the time that writing it takes. */
  bubbleDelaySeconds: z.array(
    z.object({ fromCharacters: z.int(), toCharacters: z.int().nullable(), delay: Distribution }),
  ),
  charactersAMessage: Distribution,
  /** Share of messages by what they end with; `none` is a letter or a digit. */
  endings: z.object({
    none: z.number(),
    period: z.number(),
    exclamation: z.number(),
    question: z.number(),
    ellipsis: z.number(),
    emoji: z.number(),
    other: z.number(),
  }),
  /** Of the messages that begin with a letter that has a case; null of none. */
  lowerCaseStartShare: z.number().nullable(),
  emoji: z.object({ aMessage: Distribution, messageShare: z.number(), top: z.array(EmojiCount) }),
  /** Reactions given to others: the share of their messages, and with what. */
  reactions: z.object({ messageShare: z.number().nullable(), top: z.array(EmojiCount) }),
  inGroups: Silence,
  inPairs: Silence,
});
export type Style = z.infer<typeof Style>;

// ----- train ▶ serve: runs -----

export const RunState = z.enum(["queued", "running", "paused", "finished", "failed", "cancelled"]);
export type RunState = z.infer<typeof RunState>;

/** `data/runs/<id>/run.json`: what was asked, and how far it came. */
export const RunRecord = z.object({
  format: z.literal(1),
  id: z.string(),
  createdAt: z.string(),
  state: RunState,
  /** Why it failed and what to do, when it did. */
  failure: z.object({ reason: z.string(), fix: z.string() }).optional(),
  persona: z.string(),
  /** Id of the data set. */
  dataset: z.string(),
  rendering: Rendering,
  base: z.object({
    /** As the person asked for it: a hub id, a preset, a directory or `scratch:LxHxE`. */
    name: z.string(),
    /** Commit of the hub repository, when it came from there. */
    revision: z.string().optional(),
  }),
  /** Options that were set for `finetune.py`; its own defaults stay its own. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Counts up each time that a worker takes the run: only the newest attempt publishes. */
  attempt: z.int(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  worker: z.string().optional(),
  /** Held-out loss on the persona's words, in nats a token. */
  heldOutLoss: z.object({ before: z.number(), best: z.number(), bestStep: z.int() }).optional(),
  /** Where in line it waits: 1 goes first; unset is 10. */
  priority: z.int().optional(),
  /** The run whose model this one started from. */
  parent: z.string().optional(),
  /** What of its machine the newest attempt has: `gpu:0` or `cpu`. */
  slot: z.string().optional(),
  /** The newest attempt's processes, so that whoever takes the run next on that machine can end what is left of them. */
  trainer: z.object({ host: z.string(), pids: z.array(z.int()) }).optional(),
  /** Attempts in a row that ended without a checkpoint. */
  fruitlessAttempts: z.int().optional(),
  /** Times that it was started again for a reason that may come back: a silent trainer, a lost GPU. */
  restarts: z.int().optional(),
  /** How late the worker's own timers were, in milliseconds: a worker that is busy loses its lock. */
  eventLoopDelayMs: z.object({ p99: z.number(), max: z.number() }).optional(),
  /** Why what it learned is no longer wanted, such as a person who was forgotten. */
  stale: z.object({ reason: z.string(), at: z.string() }).optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

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
    /** Seconds of steps that are left, evaluations and export not counted. */
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
    seconds: z.number(),
    /** True when it ended early on SIGTERM, after saving. */
    stopped: z.boolean(),
    endedBy: z.enum(["steps", "patience", "stop"]).optional(),
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
  }),
  z.looseObject({ type: z.literal("failed"), reason: z.string(), fix: z.string() }),
]);
export type TrainerEvent = z.infer<typeof TrainerEvent>;
