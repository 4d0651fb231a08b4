import { isSameName } from "../../closest-names.ts";
import type { Message, ThreadSummary } from "../../handoffs/index.ts";
import type { Settings } from "../settings.ts";

/** What decides which threads are learned from. */
type ThreadSettings = Pick<
  Settings,
  | "persona"
  | "excludedSections"
  | "includeThreads"
  | "excludeThreads"
  | "includePeople"
  | "excludePeople"
  | "minOwnTexts"
  | "minOwnShare"
>;

/** Why a whole thread is left out; undefined when it is not. */
export function reasonToSkipThread(thread: ThreadSummary, settings: ThreadSettings): string | undefined {
  const { persona, excludedSections, includeThreads, excludeThreads, includePeople, excludePeople } =
    settings;
  const { id, title, section, people, texts } = thread;
  const isNamed = (names: string[]) => names.some((name) => isSameName(name, id) || isSameName(name, title));
  const takesPart = (names: string[]) =>
    names.some((name) => people.some((person) => person.name !== persona && isSameName(name, person.name)));

  if (excludeThreads.length > 0 && isNamed(excludeThreads)) return "threads left out by name";
  if (excludePeople.length > 0 && takesPart(excludePeople)) return "threads with people who are left out";
  if (includeThreads.length > 0 && !isNamed(includeThreads)) return "threads that were not asked for";
  if (includePeople.length > 0 && !takesPart(includePeople)) return "threads without the people asked for";
  if (excludedSections.includes(section)) return `section ${section}`;
  const own = ownTexts(thread, persona);
  if (own === 0) return "threads without a word of the persona";
  if (own < settings.minOwnTexts && own < settings.minOwnShare * texts)
    return "threads in which the persona hardly writes";
  return undefined;
}

export const outsideDates = "messages outside the dates asked for";

export function isOutsideDates(
  { sentAt }: Message,
  { since, until }: Pick<Settings, "since" | "until">,
): boolean {
  if (sentAt === null) return false;
  return (since !== null && sentAt < since) || (until !== null && sentAt >= until);
}

/** How many texts of a thread are the persona's. */
function ownTexts({ people }: ThreadSummary, persona: string): number {
  return people.find(({ name }) => name === persona)?.texts ?? 0;
}

/** Fewer threads are all needed to learn from. */
const minThreads = 20;
/** A thread with a larger share of the persona's words is who the persona is; it is held out by time alone. */
const maxShare = 0.05;
/** What is held out is known by heart while training is searched for copies of it, so its size has a limit. */
const maxHeldOutTexts = 50_000;

/** Ids of the threads that are held out whole: the same ones on every run, chosen by a hash of their ids. */
export function threadsToHoldOut(
  threads: ThreadSummary[],
  {
    persona,
    minOwnTexts,
    holdOutThreadShare,
  }: Pick<Settings, "persona" | "minOwnTexts" | "holdOutThreadShare">,
): Set<string> {
  const usable = threads
    .map((thread) => ({ id: thread.id, own: ownTexts(thread, persona) }))
    .filter(({ own }) => own >= minOwnTexts);
  const total = usable.reduce((sum, { own }) => sum + own, 0);
  if (usable.length < minThreads || holdOutThreadShare === 0) return new Set();
  const candidates = usable
    .filter(({ own }) => own <= maxShare * total)
    .map((thread) => ({ ...thread, chance: chanceOf(thread.id) }))
    .toSorted((a, b) => a.chance - b.chance);
  const chosen = candidates.filter(({ chance }, index) => index === 0 || chance < holdOutThreadShare);
  return new Set(withinLimit(chosen).map(({ id }) => id));
}

function withinLimit<Thread extends { own: number }>(threads: Thread[]): Thread[] {
  let own = 0;
  return threads.filter((thread) => {
    own += thread.own;
    return own <= maxHeldOutTexts / 2;
  });
}

/** The share of each thread's newest conversations to hold out, lower where there is more than measuring needs. */
export function holdOutShareOf(
  threads: ThreadSummary[],
  { persona, holdOutShare }: Pick<Settings, "persona" | "holdOutShare">,
): number {
  const own = threads.reduce((sum, thread) => sum + ownTexts(thread, persona), 0);
  const most = maxHeldOutTexts / 2 / Math.max(1, own);
  // A power of two, so that a few more messages seldom change it.
  return holdOutShare <= most ? holdOutShare : 2 ** Math.floor(Math.log2(most));
}

/** A number between 0 and 1 that follows from a text alone (FNV-1a, and the mixing of MurmurHash3 at its end). */
export function chanceOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
