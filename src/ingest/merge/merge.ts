/**
 * Merges what several sources say of one thread: nothing lost, nothing doubled.
 *
 * No export has message ids. Two equal messages in one source are two; the same message in two sources is one. So each
 * message counts as often as the source that has it most often. Messages of one moment are compared with each other, and
 * only they: the sources are read side by side, each in its order of time, and one moment is in memory. Where one clock
 * shows less than another (minutes against seconds), a moment is as long as the coarser one's step.
 */

import { alignClocks } from "./clocks.ts";
import { Cursor } from "./cursor.ts";
import { mergeMoment } from "./moment.ts";
import type { Merged, OnSameWords, Presence, Source } from "./source.ts";

interface MergeOptions {
  /** Step of the coarsest clock that a source may have been written by. */
  clockMs?: number;
}

export async function* mergeSources(
  sources: Source[],
  onSameWords?: OnSameWords,
  { clockMs = 1000 }: MergeOptions = {},
): AsyncGenerator<Merged> {
  const cursors = sources.map((source) => new Cursor(source));
  await Promise.all(cursors.map((cursor) => cursor.start()));
  if (cursors.length === 1) return yield* passThrough(cursors[0] as Cursor);

  let merged: Merged = { entries: [], duplicates: 0 };
  let characters = 0;
  for (;;) {
    const open = cursors.filter(({ at }) => at !== undefined);
    if (open.length === 0) break;
    const moment = Math.min(...open.map(({ at }) => at as number));
    const present = await takeMoment(cursors, moment);
    const step = moment % clockMs === 0 ? await takeRestOfStep(cursors, moment + clockMs) : [];
    if (step.length === 0) mergeMoment(present, merged, onSameWords);
    else
      for (const aligned of alignClocks([present, ...step], onSameWords))
        mergeMoment(aligned, merged, onSameWords);
    for (const cursor of cursors) {
      characters += cursor.charactersTaken;
      cursor.charactersTaken = 0;
    }
    if (merged.entries.length >= batchSize || characters > batchCharacters) {
      yield merged;
      merged = { entries: [], duplicates: 0 };
      characters = 0;
    }
  }
  yield merged;
}

const batchSize = 2_000;
const batchCharacters = 4_000_000;

async function* passThrough(cursor: Cursor): AsyncGenerator<Merged> {
  for (let batch = cursor.takeBatch(); batch !== undefined; batch = cursor.takeBatch()) {
    yield { entries: batch, duplicates: 0 };
    await cursor.refill();
  }
}

async function takeMoment(cursors: Cursor[], moment: number): Promise<Presence[]> {
  const present: Presence[] = [];
  for (const [source, cursor] of cursors.entries())
    if (cursor.at === moment) present.push({ source, asOf: cursor.asOf, entries: await cursor.takeMoment() });
  return present;
}

/** The further moments before `end`, which a coarser clock would show as one with what was taken last. */
async function takeRestOfStep(cursors: Cursor[], end: number): Promise<Presence[][]> {
  const moments: Presence[][] = [];
  for (;;) {
    const moment = Math.min(...cursors.map(({ at }) => at ?? end));
    if (moment >= end) return moments;
    moments.push(await takeMoment(cursors, moment));
  }
}
