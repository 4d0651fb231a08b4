/**
 * One chat, written by two clocks: the minutes of an Android phone, and the seconds of an iPhone.
 *
 * A message at the start of a step of the coarser clock may have been sent anywhere in it. It is put where a source with
 * the finer clock has it, and stays at the start when there is none.
 */

import { findCaptions, isPicture } from "./captions.ts";
import { wordlessKind } from "./same-messages.ts";
import { noteSameWordsOfClocks } from "./same-words.ts";
import type { OnSameWords, PlacedEntry, Presence } from "./source.ts";

/** WhatsApp's exports from Android have minutes, and Facebook's of 2018 have seconds. */
export function coarsestClockMs(network: string): number {
  return network === "whatsapp" ? 60_000 : 1000;
}

/** @param moments Of one step of the coarser clock, in the order of time; the first is its start. */
export function alignClocks(moments: Presence[][], onSameWords: OnSameWords | undefined): Presence[][] {
  const sources = new Set(moments.flat().map(({ source }) => source));
  // The place of a message without a time follows from the one before it, which must not move.
  if (sources.size === 1 || moments.flat().some(hasUndated)) return moments;
  const byWords = takeToFinerTimes(moments, new Places(moments.slice(1), wordsKey), () => true);
  // A picture's caption may be known to another source alone: it can be any picture of its sender.
  const places = new Places(byWords.slice(1), pictureKey);
  places.makeRoomForCaptions(byWords.slice(1));
  const [stays = [], ...aligned] = takeToFinerTimes(byWords, places, ({ text }) => text === "");
  if (onSameWords !== undefined) noteSameWordsOfClocks(stays, aligned.flat(), onSameWords);
  return [stays.filter(({ entries }) => entries.length > 0), ...aligned];
}

function hasUndated({ entries }: Presence): boolean {
  return entries.some(({ sentAt }) => sentAt === null);
}

type KeyOf = (entry: PlacedEntry) => string | undefined;

function wordsKey(entry: PlacedEntry): string | undefined {
  const { sender, text, kind } = entry;
  return text === "" && isPicture(entry) ? undefined : `${sender}\u0000${text || wordlessKind(kind)}`;
}

function pictureKey(entry: PlacedEntry): string | undefined {
  return isPicture(entry) ? entry.sender : undefined;
}

/** A moment at which sources have a message, and how often each of them. */
interface Place {
  moment: number;
  counts: Map<number, number>;
  most: number;
}

class Places {
  readonly #keyOf: KeyOf;
  readonly #places = new Map<string, Place[]>();

  constructor(moments: Presence[][], keyOf: KeyOf) {
    this.#keyOf = keyOf;
    for (const [moment, present] of moments.entries())
      for (const { source, entries } of present)
        for (const key of entries.map(keyOf))
          if (key !== undefined) count(this.#placeOf(key, moment), source);
  }

  #placeOf(key: string, moment: number): Place {
    const places = this.#places.get(key) ?? [];
    this.#places.set(key, places);
    const last = places.at(-1);
    if (last?.moment === moment) return last;
    const place = { moment, counts: new Map<number, number>(), most: 0 };
    places.push(place);
    return place;
  }

  /** Where sources have different captions, there are as many pictures as captions. */
  makeRoomForCaptions(moments: Presence[][]): void {
    for (const [moment, present] of moments.entries()) {
      for (const [sender, captions] of captionsIn(present)) {
        const place = this.#places.get(sender)?.find((place) => place.moment === moment);
        if (place !== undefined) place.most = Math.max(place.most, captions);
      }
    }
  }

  /** The first moment at which the source has the message less often than another; it has it there from now on. */
  take(entry: PlacedEntry, source: number): number | undefined {
    const key = this.#keyOf(entry);
    const places = key === undefined ? undefined : this.#places.get(key);
    const place = places?.find(({ counts, most }) => (counts.get(source) ?? 0) < most);
    if (place !== undefined) count(place, source);
    return place?.moment;
  }
}

function count(place: Place, source: number): void {
  const own = (place.counts.get(source) ?? 0) + 1;
  place.counts.set(source, own);
  place.most = Math.max(place.most, own);
}

/** How many captions the sources have of each sender, all of them together. */
function captionsIn(present: Presence[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { sender, most } of findCaptions(present)) counts.set(sender, (counts.get(sender) ?? 0) + most);
  return counts;
}

function takeToFinerTimes(
  [start = [], ...later]: Presence[][],
  places: Places,
  canMove: (entry: PlacedEntry) => boolean,
): Presence[][] {
  const taken = new Map<PlacedEntry, number>();
  for (const { source, entries } of start)
    for (const entry of entries) {
      const moment = canMove(entry) ? places.take(entry, source) : undefined;
      if (moment !== undefined) taken.set(entry, moment);
    }
  if (taken.size === 0) return [start, ...later];
  const stays = start.map((presence) => ({
    ...presence,
    entries: presence.entries.filter((entry) => !taken.has(entry)),
  }));
  const joined = later.map((present, moment) => join(present, start, (entry) => taken.get(entry) === moment));
  return [stays, ...joined];
}

/** A moment with what was taken to it: before what its own source has there, as it stood in it. */
function join(present: Presence[], start: Presence[], isTaken: (entry: PlacedEntry) => boolean): Presence[] {
  const sentAt = present[0]?.entries[0]?.sentAt ?? null;
  const joined = new Map(present.map((presence) => [presence.source, presence]));
  for (const { source, asOf, entries } of start) {
    const taken = entries.filter(isTaken).map((entry) => ({ ...entry, sentAt }));
    if (taken.length === 0) continue;
    joined.set(source, { source, asOf, entries: [...taken, ...(joined.get(source)?.entries ?? [])] });
  }
  return [...joined.values()].sort((a, b) => a.source - b.source);
}
