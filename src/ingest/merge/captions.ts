import { wordlessKind } from "./same-messages.ts";
import type { PlacedEntry, Presence } from "./source.ts";

/** With or without a caption; formats call stickers, films and links so as well. */
export function isPicture({ text, kind, attachments }: PlacedEntry): boolean {
  return text === "" ? wordlessKind(kind) === "" : attachments.length > 0;
}

/**
 * Gives pictures the captions that other sources know.
 *
 * Some exports have the caption of a picture, others the picture alone. Of one sender's pictures at one moment, one that
 * has no words takes the words of a picture that its source does not have.
 */
export function alignCaptions(present: Presence[]): Presence[] {
  if (!present.some(({ entries }) => entries.some(isWithoutCaption))) return present;
  const captions = findCaptions(present);
  if (captions.length === 0) return present;
  return present.map((presence) => ({
    ...presence,
    entries: presence.entries.map((entry) => withCaption(entry, presence.source, captions)),
  }));
}

interface Caption {
  sender: string;
  text: string;
  /** Names of what it was written below. */
  names: Set<string>;
  /** How often each source has these words, with a picture or without. */
  counts: Map<number, number>;
  most: number;
}

/** The words that stand below a picture in a source. */
export function findCaptions(present: Presence[]): Caption[] {
  const captions = new Map<string, Caption>();
  const keyOf = ({ sender, text }: PlacedEntry) => `${sender}\u0000${text}`;
  for (const entry of present.flatMap(({ entries }) => entries)) {
    if (entry.text === "" || entry.sentAt === null || !isPicture(entry)) continue;
    const { sender, text, attachments } = entry;
    const caption = captions.get(keyOf(entry)) ?? {
      sender,
      text,
      names: new Set(),
      counts: new Map(),
      most: 0,
    };
    for (const { name } of attachments) caption.names.add(name);
    captions.set(keyOf(entry), caption);
  }
  if (captions.size === 0) return [];
  for (const { source, entries } of present) {
    for (const entry of entries) {
      const caption = captions.get(keyOf(entry));
      if (caption !== undefined && entry.sentAt !== null) count(caption, source);
    }
  }
  return [...captions.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
}

function count(caption: Caption, source: number): void {
  const own = (caption.counts.get(source) ?? 0) + 1;
  caption.counts.set(source, own);
  caption.most = Math.max(caption.most, own);
}

function isWithoutCaption(entry: PlacedEntry): boolean {
  return entry.text === "" && entry.sentAt !== null && isPicture(entry);
}

function withCaption(entry: PlacedEntry, source: number, captions: Caption[]): PlacedEntry {
  if (!isWithoutCaption(entry)) return entry;
  const missing = captions.filter(
    ({ sender, counts, most }) => sender === entry.sender && (counts.get(source) ?? 0) < most,
  );
  const isNamed = ({ names }: Caption) => entry.attachments.some(({ name }) => names.has(name));
  const caption = missing.find(isNamed) ?? missing[0];
  if (caption === undefined) return entry;
  count(caption, source);
  return { ...entry, text: caption.text };
}
