/**
 * Which chat each file is of, where an export knows no ids.
 *
 * Titles, names of files and places in a list change from export to export, and two people may have one name. Messages tell:
 * files that share them are of one chat, with each other and with what the store has.
 */
import type { FoundPart } from "../formats/index.ts";
import { groupBy } from "../group-by.ts";
import { coarsestClockMs } from "../merge/index.ts";
import type { KnownThread, StoredThread } from "../store/index.ts";
import { type Chat, withoutCopyMark } from "./chat.ts";
import { type ChatGroup, groupChats } from "./chat-groups.ts";
import {
  hasThreadId,
  isStoredById,
  type KnownSketches,
  type SearchedStore,
  sketchChats,
} from "./sketch-chats.ts";
import { ThreadIds } from "./thread-ids.ts";

export interface IdentityNotes {
  /** Titles of chats that may be one, and are kept apart since they have no messages in common. */
  namesakes: string[];
  /** What was written by another clock than the newest export of its chat, and is put to that one. */
  shiftedClocks: { file: string; minutes: number }[];
}

interface IdentifiedThreads {
  /** With the thread that each is of. */
  parts: FoundPart[];
  /** What the store has of them, where it is not one file under the thread's own id. */
  known: Map<string, KnownThread[]>;
  notes: IdentityNotes;
}

export async function identifyThreads(
  parts: FoundPart[],
  store: SearchedStore,
  sketches: KnownSketches,
): Promise<IdentifiedThreads> {
  const ids = new ThreadIds(store.threads.map(({ id }) => id));
  const identities = new Map<FoundPart, Identity>();
  const known: IdentifiedThreads["known"] = new Map();
  const notes: IdentityNotes = { namesakes: [], shiftedClocks: [] };
  for (const [family, own] of groupBy(parts, familyOf)) {
    const threads = store.threads.filter((thread) => familyOf(thread) === family);
    if (own.every(hasThreadId) && threads.every(isStoredById)) continue;
    const clocks = clocksOf(own[0] as FoundPart);
    const chats = await sketchChats(own, { ...store, threads }, { ...clocks, sketches });
    const { groups, doubtful } = groupChats(chats, clocks);
    notes.namesakes.push(...new Set(doubtful.map(([{ title }]) => withoutCopyMark(title))));
    for (const [group, thread] of nameGroups(groups, ids, clocks.clockMs)) {
      const stored = storedIn(group, thread);
      if (stored.length > 0) known.set(thread, stored);
      for (const [part, identity] of identitiesIn(group, thread)) identities.set(part, identity);
      notes.shiftedClocks.push(...shiftedIn(group));
    }
  }
  return { parts: parts.map((part) => ({ ...part, ...identities.get(part) })), known, notes };
}

type Identity = Pick<FoundPart, "thread" | "title" | "shiftMs">;

/** Chats of one family can be one. */
function familyOf({ network, section }: Pick<StoredThread, "network" | "section">): string {
  return section === "e2ee" ? "e2ee" : network;
}

function clocksOf({ network }: FoundPart): { clockMs: number; isLocalTime: boolean } {
  return { clockMs: coarsestClockMs(network), isLocalTime: network === "whatsapp" };
}

/** The groups that something was brought of, each with its id: the network's, else the store's, else a new one. */
function nameGroups(groups: ChatGroup[], ids: ThreadIds, clockMs: number): [ChatGroup, string][] {
  const brought = groups.flatMap((group) => {
    const [part] = group.members.flatMap(({ chat }) => chat.parts);
    return part === undefined ? [] : [{ group, part, known: knownIdOf(group) }];
  });
  for (const { known } of brought) if (known !== undefined) ids.take(known);
  return brought.map(({ group, part, known }) => [group, known ?? ids.next(part.thread, group, clockMs)]);
}

function knownIdOf({ members }: ChatGroup): string | undefined {
  const lasting = members.find(({ chat }) => chat.lastingId !== undefined)?.chat.lastingId;
  const [fullest] = members
    .flatMap(({ chat: { stored } }) => stored ?? [])
    .sort((a, b) => b.entries - a.entries || (a.id < b.id ? -1 : 1));
  return lasting ?? fullest?.id;
}

function storedIn({ members }: ChatGroup, thread: string): KnownThread[] {
  return members
    .flatMap(({ chat: { stored }, shiftMs }) => (stored === undefined ? [] : [{ stored, shiftMs }]))
    .sort(
      (a, b) => +(b.stored.id === thread) - +(a.stored.id === thread) || (a.stored.id < b.stored.id ? -1 : 1),
    );
}

/** One title for all: that of a copy is that of what it is a copy of. */
function identitiesIn({ members }: ChatGroup, thread: string): [FoundPart, Identity][] {
  const titles = new Set(members.map(({ chat }) => chat.title));
  return members.flatMap(({ chat, shiftMs }) => {
    const plain = withoutCopyMark(chat.title);
    const title = titles.has(plain) ? plain : chat.title;
    return chat.parts.map((part): [FoundPart, Identity] => [
      part,
      { thread, title, ...(shiftMs !== 0 && { shiftMs }) },
    ]);
  });
}

function shiftedIn({ members }: ChatGroup): IdentityNotes["shiftedClocks"] {
  return members
    .filter(({ shiftMs }) => shiftMs !== 0)
    .map(({ chat, shiftMs }) => ({ file: nameOf(chat), minutes: Math.round(shiftMs / 60_000) }));
}

function nameOf({ parts: [part], title }: Chat): string {
  return part?.entry.path ?? title;
}
