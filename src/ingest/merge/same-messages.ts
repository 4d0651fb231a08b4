/**
 * What several sources tell of messages of one sender, with the same words, at one moment.
 *
 * Formats describe a message in different ways: one has a picture's name, another that there was one. Each source's
 * messages are put in the order of how much they say, and the first of one source are the first of another.
 */

import type { MessageKind } from "../../handoffs/index.ts";
import type { PlacedEntry } from "./source.ts";

/** An entry, and how new the export is that tells it. */
export interface Told {
  entry: PlacedEntry;
  asOf: number;
}

/** Formats describe what has no words in different ways; only these are none of the others in all of them. */
export function wordlessKind(kind: MessageKind): string {
  return kind === "call" || kind === "poll" || kind === "service" ? `\u0001${kind}` : "";
}

/** As many as the source has that has most of them; each source's list is left in the order of what is returned. */
export function keepOf(sources: Told[][]): PlacedEntry[] {
  const all = sources.flat();
  const [first] = all as [Told];
  if (all.length === 1) return [first.entry];
  const isOneEach = sources.every(({ length }) => length <= 1);
  if (isOneEach && all.every(({ entry }) => isAlike(entry, first.entry))) return [all.reduce(newer).entry];
  return keepFullest(sources.map(inOrderOfDetails));
}

/** Most messages are words and nothing else. */
function isAlike(a: PlacedEntry, b: PlacedEntry): boolean {
  const isBare = a.attachments.length === 0 && b.attachments.length === 0;
  return a.kind === b.kind && isBare && a.callSeconds === b.callSeconds;
}

interface Described extends Told {
  /** Which message it is, by all that is said of it. */
  details: string;
}

function inOrderOfDetails(told: Told[]): Described[] {
  const described = told.map((one) => ({ ...one, details: detailsOf(one.entry) })).sort(byDetails);
  for (const [index, { entry, asOf }] of described.entries()) told[index] = { entry, asOf };
  const seen = new Map<string, number>();
  return described.map((one) => {
    const occurrence = (seen.get(one.details) ?? 0) + 1;
    seen.set(one.details, occurrence);
    return { ...one, details: `${one.details}\u0000${String.fromCharCode(occurrence)}` };
  });
}

function byDetails({ details: a }: Described, { details: b }: Described): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const kinds: MessageKind[] = "text media sticker share call poll service reaction unsent empty".split(
  " ",
) as MessageKind[];

/** What says most sorts first, and a picture that was given the words of another last. */
function detailsOf({ text, attachments, kind, callSeconds = -1 }: PlacedEntry): string {
  const isBorrowed = text !== "" && kind !== "text";
  const scarcity = (maxAttachments - attachments.length).toString().padStart(7, "0");
  return `${isBorrowed ? 1 : 0}${scarcity}${kinds.indexOf(kind)}${JSON.stringify(attachments)}${callSeconds}`;
}

const maxAttachments = 9_999_999;

/**
 * The fullest descriptions, each with the reactions of the newest export that has its message.
 *
 * The n-th description of one source is of the same message as the n-th of another, so that the least of each n stay: in
 * whatever order sources are merged, this gives the same.
 */
function keepFullest(sources: Described[][]): PlacedEntry[] {
  const newest = new Map<string, Told>();
  for (const told of sources.flat()) {
    const known = newest.get(told.details);
    newest.set(told.details, known === undefined ? told : newer(known, told));
  }
  const count = Math.max(...sources.map(({ length }) => length));
  const places = Array.from({ length: count }, (_, index) => sources.flatMap((list) => list[index] ?? []));
  const kept = places.map((told) => told.reduce((a, b) => (byDetails(b, a) < 0 ? b : a)).details);
  const own = new Set(kept);
  return kept.map((details, index) => {
    const told = newest.get(details) as Told;
    const others = (places[index] ?? []).filter((other) => !own.has(other.details));
    const { entry } = others.reduce(newer, told);
    const { kind, attachments, callSeconds } = told.entry;
    const described = { ...entry, kind, attachments };
    if (callSeconds !== undefined) described.callSeconds = callSeconds;
    return described;
  });
}

/** Reactions are changed and taken back: the newer export's hold. Whatever order the sources come in, the same one is kept. */
function newer(a: Told, b: Told): Told {
  if (a.asOf !== b.asOf) return a.asOf > b.asOf ? a : b;
  if (a.entry.reactions.length !== b.entry.reactions.length)
    return a.entry.reactions.length > b.entry.reactions.length ? a : b;
  if (a.entry.source !== b.entry.source) return a.entry.source < b.entry.source ? a : b;
  return restOf(b.entry) < restOf(a.entry) ? b : a;
}

/** What neither words nor time say. */
function restOf({ reactions, attachments, callSeconds }: PlacedEntry): string {
  return JSON.stringify([reactions, attachments, callSeconds]);
}
