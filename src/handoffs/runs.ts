import * as z from "zod";
import { FolderName } from "./folder-name.ts";
import { Rendering } from "./shards.ts";

/** `dropped`: the other runs of its sweep were better. */
export const RunState = z.enum(["queued", "running", "paused", "finished", "failed", "cancelled", "dropped"]);
export type RunState = z.infer<typeof RunState>;

/** Bits that held-out words cost for each of their bytes in UTF-8, which compares bases with different tokenisers. */
export const BitsPerByte = z.object({ before: z.number(), best: z.number() });

/** A figure, and from `low` to `high` its 95 % interval. */
export const Interval = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

/** The adapter that a run left beside its merged model: the base that it is laid over, or why there is none. */
export const AdapterNote = z.union([
  z.object({ base: FolderName, bytes: z.int() }),
  z.object({ missing: z.string() }),
]);

/** Durations are computed of these, and a hand may have edited them. */
const Moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)));

/** `data/runs/<id>/run.json`: what was asked, and how far it came. */
export const RunRecord = z.object({
  format: z.literal(1),
  id: FolderName,
  createdAt: z.string(),
  state: RunState,
  /** Why it failed and what to do, when it did. */
  failure: z.object({ reason: z.string(), fix: z.string() }).optional(),
  persona: z.string(),
  /** Id of the data set. */
  dataset: FolderName,
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
  startedAt: Moment.optional(),
  endedAt: Moment.optional(),
  worker: z.string().optional(),
  /** Held-out loss on the persona's words, in nats a token. */
  heldOutLoss: z.object({ before: z.number(), best: z.number(), bestStep: z.int() }).optional(),
  /** Of the persona's held-out words, and of other people's in the same conversations. */
  personaBitsPerByte: BitsPerByte.optional(),
  othersBitsPerByte: BitsPerByte.optional(),
  /**
   * By how much more the persona's words gained than other people's did, as a share of what they cost before training:
   * what was learned of the person, and not of everybody.
   */
  specificity: Interval.optional(),
  /** Of a run with adapters. */
  adapter: AdapterNote.optional(),
  /** Where in line it waits: 1 goes first; unset is 10. */
  priority: z.int().optional(),
  /** The run whose model this one started from. */
  parent: FolderName.optional(),
  /** The sweep that it belongs to, and how far it may go in it: shares of its own steps. */
  sweep: z
    .object({
      id: FolderName,
      /** Where it is to wait until the others are there. Unset: it goes to its end. */
      untilShare: z.number().optional(),
      /** Where it waits for the others. */
      waitsAt: z.number().optional(),
      /** Why it was dropped, in words. */
      dropped: z.string().optional(),
    })
    .optional(),
  /** Of a run that was made to answer more like the person than its parent: whether it does, and what speaks against it. */
  refinement: z
    .object({
      /** Unset until both were evaluated. */
      isKept: z.boolean().optional(),
      reasons: z.array(z.string()).optional(),
    })
    .optional(),
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
