/**
 * A world of invented people and what they sent each other, from which exports are written (`writers.ts`) and of which
 * the truth is known (`truth.ts`). Made from a seed; knows nothing of the reader.
 */
import { type Person, populate } from "./people.ts";
import { seededChance } from "./random.ts";
import { WorldMaker } from "./world-maker.ts";

/** What one entry of a thread is. Lines hold `{A}` for the sender's name and `{X}` for another's. */
export type Content =
  | { type: "text"; text: string; link?: string; photo?: string }
  | { type: "media"; field: MediaField; names: string[]; line?: string }
  | { type: "sticker"; name: string }
  | { type: "share"; link?: string; shareText?: string; line?: string }
  | { type: "call"; seconds: number; missed: boolean; line: string }
  | { type: "service"; line: string; subscription?: "Subscribe" | "Unsubscribe" }
  | { type: "poll"; line: string }
  | { type: "reaction"; line: string }
  /** Nothing but a sender, a time, and sometimes the sender's address or an empty text. */
  | { type: "nothing"; leftover?: "ip" | "empty text" | "null text" }
  | { type: "unsent"; words?: string; takenDown?: boolean }
  /** An older message pushed up again; `words` are those of the older one. */
  | { type: "bumped"; words: string }
  | { type: "without a time"; text: string };

export type MediaField = "photos" | "videos" | "audio_files" | "files" | "gifs";

/** What an end-to-end encrypted chat exports; other things are left out by the exporter. */
export type SecureContent =
  | { type: "text"; text: string }
  | { type: "media"; names: string[]; caption: string; isMissing?: boolean }
  | { type: "link"; links: string }
  | { type: "placeholder" }
  | { type: "poll"; words: string }
  | { type: "nothing" };

export interface Entry<What = Content> {
  /** Id of a person. */
  sender: number;
  /** Unix time in milliseconds; null where the exporter did not know it. */
  sentAt: number | null;
  content: What;
  reactions: { emoji: string; actor: number }[];
  /** Given after the older export was made. */
  laterReactions?: { emoji: string; actor: number }[];
}

export interface Thread {
  /** Id part of the thread's folder: all that a DYI export identifies it by. */
  id: string;
  title: string;
  earlierTitle?: string;
  section: string;
  earlierSection?: string;
  isGroup: boolean;
  /** Whom the export lists; those who left still appear as senders. */
  listed: number[];
  /** Oldest first. */
  entries: Entry[];
  /** Messages a file; Facebook's is 10,000. */
  partSize: number;
}

/** A thread of the end-to-end encrypted export. */
export interface SecureThread {
  people: number[];
  title: string;
  /** Id of the DYI thread that it goes on from; undefined where it has none, or where that cannot be known. */
  continues?: string;
  /** Oldest first. */
  entries: Entry<SecureContent>[];
}

export interface World {
  seed: number;
  people: Person[];
  threads: Thread[];
  secureThreads: SecureThread[];
  /** The older export ends with the entries up to here; it may cut a run of equal times. */
  cut: { sentAt: number; ofTheSameTime: number };
}

export interface WorldOptions {
  /** Entries of the longest thread. */
  longest?: number;
  partSize?: number;
  /** All times in whole seconds, as the exports of 2018 keep them. */
  wholeSeconds?: boolean;
}

export function makeWorld(
  seed: number,
  { longest = 160, partSize = 9, wholeSeconds = false }: WorldOptions = {},
): World {
  const random = seededChance(seed);
  const people = populate({ ownerWasRenamed: seed % 2 === 1 });
  const world = new WorldMaker(random, people, partSize, wholeSeconds);
  const threads = world.threads(longest);
  return { seed, people, threads, secureThreads: world.secureThreads(threads), cut: cutOf(threads) };
}

/** In the middle of a run of equal times of the longest thread, after its first entry. */
function cutOf(threads: Thread[]): World["cut"] {
  const times = threads[0]?.entries.map(({ sentAt }) => sentAt) ?? [];
  const index = times.findIndex(
    (time, at) => at > times.length / 2 && time !== null && time === times[at + 1],
  );
  return { sentAt: times[index] ?? 0, ofTheSameTime: 1 };
}
