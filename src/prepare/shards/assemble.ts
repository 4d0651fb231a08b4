import { setImmediate } from "node:timers/promises";
import { MaskCode, type ShardManifest, type ShardSplit } from "../../handoffs/index.ts";
import { HashCounts, HeldOutTexts } from "../copies/index.ts";
import {
  LongText,
  longTextFields,
  readRecords,
  type Segment,
  type SegmentRecord,
  type TokenArray,
} from "../segments/index.ts";
import type { ShardWriters, TokenSlice } from "./shard-writer.ts";

export interface Assembled {
  splits: Record<"train" | "val", ShardSplit>;
  /** The persona's turns that are learned from or measured. */
  personaTurns: Record<"train" | "val", number>;
  /** What was left out while the segments were put together, by reason. */
  excluded: ShardManifest["excluded"];
}

/** A long text is learned from so many times; further copies are context. */
const maxCopies = 3;

const reasons = {
  copies: `copies of a long text after the first ${maxCopies}`,
  heldOut: "turns that repeat held-out text",
  leftOver: "conversations with nothing left to learn",
} as const;

/**
 * Puts segments together in their order: the shards are the same however the segments were made.
 *
 * What the held-out conversations say is read first. A turn of training that says it too, word for word or nearly so, is
 * left out, and its conversation becomes two, so that nothing is learned across the gap.
 */
export async function assembleShards(
  segments: Segment[],
  { writers, Tokens, signal }: { writers: ShardWriters; Tokens: TokenArray; signal: AbortSignal },
): Promise<Assembled> {
  try {
    const assembly = new Assembly(readHeldOutTexts(segments, Tokens), writers);
    for (const segment of segments) {
      signal.throwIfAborted();
      const all = { start: 0, end: segment.summary.recordsEnd };
      for (const record of readRecords(segment, all, Tokens)) {
        assembly.add(record);
        if (writers.drained !== undefined) await writers.drained();
      }
      await setImmediate();
    }
    return await assembly.close();
  } catch (error) {
    for (const writer of [writers.train, writers.val]) await writer.abandon();
    throw error;
  }
}

function readHeldOutTexts(segments: Segment[], Tokens: TokenArray): HeldOutTexts {
  const heldOut = new HeldOutTexts();
  for (const segment of segments) {
    const { heldOutAt, recordsEnd } = segment.summary;
    for (const record of readRecords(segment, { start: heldOutAt, end: recordsEnd }, Tokens)) {
      for (let text = 0; text < record.hashes.length; text++) heldOut.add(runsOf(record, text));
    }
  }
  return heldOut;
}

const nothing: ReadonlySet<number> = new Set();

class Assembly {
  readonly #heldOut: HeldOutTexts;
  readonly #writers: ShardWriters;
  readonly #copies = new HashCounts();
  readonly #excluded: ShardManifest["excluded"] = {};
  readonly #personaTurns = { train: 0, val: 0 };

  constructor(heldOut: HeldOutTexts, writers: ShardWriters) {
    this.#heldOut = heldOut;
    this.#writers = writers;
  }

  add(record: SegmentRecord): void {
    const dropped = record.isHeldOut ? nothing : this.#turnsToDrop(record);
    this.#silenceCopies(record, dropped);
    for (const [first, end] of piecesBetween(record.turnStarts.length, dropped))
      this.#writePiece(record, first, end);
  }

  async close(): Promise<Assembled> {
    const [train, val] = await Promise.all([this.#writers.train.close(), this.#writers.val.close()]);
    return { splits: { train, val }, personaTurns: this.#personaTurns, excluded: this.#excluded };
  }

  #turnsToDrop(record: SegmentRecord): ReadonlySet<number> {
    let dropped = nothing;
    let start = 0;
    for (let text = 0; text < record.hashes.length; text++) {
      const end = fieldOf(record, text, LongText.runsEnd);
      const repeats = this.#heldOut.repeats(record.runs, start, end);
      start = end;
      const turn = fieldOf(record, text, LongText.turn);
      if (!repeats || dropped.has(turn)) continue;
      dropped = new Set([...dropped, turn]);
      this.#exclude(reasons.heldOut, record.ownBubbles[turn] as number);
    }
    return dropped;
  }

  /** What was said too often is still heard, but no longer learned from. */
  #silenceCopies(record: SegmentRecord, dropped: ReadonlySet<number>): void {
    const { hashes, mask, ownBubbles } = record;
    for (let text = 0; text < hashes.length; text++) {
      const turn = fieldOf(record, text, LongText.turn);
      if (fieldOf(record, text, LongText.isOwn) === 0 || dropped.has(turn)) continue;
      if (this.#copies.countUp(hashes[text] as number) < maxCopies) continue;
      const end = fieldOf(record, text, LongText.end);
      for (let at = fieldOf(record, text, LongText.start); at < end; at++)
        if (mask[at] === MaskCode.persona) mask[at] = MaskCode.structure;
      (ownBubbles[turn] as number)--;
      this.#exclude(reasons.copies, 1);
    }
  }

  #writePiece(record: SegmentRecord, first: number, end: number): void {
    const { turnStarts, ownBubbles, isHeldOut } = record;
    let bubbles = 0;
    let turns = 0;
    for (let turn = first; turn < end; turn++) {
      bubbles += ownBubbles[turn] as number;
      if (ownBubbles[turn] !== 0) turns++;
    }
    if (bubbles === 0) {
      this.#exclude(reasons.leftOver, 0, 1);
      return;
    }
    const split = isHeldOut ? "val" : "train";
    const { slices, shift } = slicesOf(record, first, end);
    const kept = turnStarts.subarray(first, end);
    const starts = shift === 0 ? kept : kept.map((start) => start - shift);
    this.#personaTurns[split] += turns;
    this.#writers[split].write(slices, starts, bubbles);
  }

  #exclude(reason: string, personaBubbles: number, conversations = 0): void {
    const counted = this.#excluded[reason] ?? { conversations: 0, personaBubbles: 0 };
    counted.conversations += conversations;
    counted.personaBubbles += personaBubbles;
    this.#excluded[reason] = counted;
  }
}

function fieldOf({ longTexts }: SegmentRecord, text: number, field: number): number {
  return longTexts[text * longTextFields + field] as number;
}

function runsOf(record: SegmentRecord, text: number): Float64Array {
  const start = text === 0 ? 0 : fieldOf(record, text - 1, LongText.runsEnd);
  return record.runs.subarray(start, fieldOf(record, text, LongText.runsEnd));
}

/** The runs of turns that are left between those that are dropped, as [first, end). */
function piecesBetween(turns: number, dropped: ReadonlySet<number>): [number, number][] {
  if (dropped.size === 0) return [[0, turns]];
  const pieces: [number, number][] = [];
  let first = 0;
  for (let turn = 0; turn <= turns; turn++) {
    if (turn < turns && !dropped.has(turn)) continue;
    if (turn > first) pieces.push([first, turn]);
    first = turn + 1;
  }
  return pieces;
}

/** The prefix, the turns and the end; `shift` is by how much the turns move towards the start. */
function slicesOf(
  { tokens, mask, turnStarts }: SegmentRecord,
  first: number,
  end: number,
): { slices: TokenSlice[]; shift: number } {
  const slice = (from: number, to: number) => ({
    tokens: tokens.subarray(from, to),
    mask: mask.subarray(from, to),
  });
  const isWhole = first === 0 && end === turnStarts.length;
  if (isWhole) return { slices: [slice(0, tokens.length)], shift: 0 };

  const prefixEnd = turnStarts[0] as number;
  const start = turnStarts[first] as number;
  const last = slice(tokens.length - 1, tokens.length);
  const stop = turnStarts[end];
  // Nobody said that the conversation was over where a turn was taken out.
  const closing = stop === undefined ? last : { ...last, mask: new Uint8Array([MaskCode.structure]) };
  const turns = slice(start, stop ?? tokens.length - 1);
  return { slices: [slice(0, prefixEnd), turns, closing], shift: start - prefixEnd };
}
