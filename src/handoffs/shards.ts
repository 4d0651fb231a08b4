import * as z from "zod";
import { FolderName } from "./folder-name.ts";

/** How a conversation is written for a model; see `src/transcript/`. */
export const Rendering = z.enum(["plain", "chat"]);
export type Rendering = z.infer<typeof Rendering>;

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
  id: FolderName,
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
