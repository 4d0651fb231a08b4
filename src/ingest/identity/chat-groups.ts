/** Puts together what is of one chat, and tells how far apart the clocks are that it was written by. */
import type { Chat } from "./chat.ts";
import { compareNames } from "./chat.ts";
import { type ChatVerdict, compareChats } from "./same-chat.ts";

export interface ChatGroup {
  /** Each with what has to be added to its times, so that all are by one clock. */
  members: { chat: Chat; shiftMs: number }[];
}

interface Clocks {
  clockMs: number;
  isLocalTime: boolean;
}

interface Groups {
  groups: ChatGroup[];
  /** Pairs that may be one chat, and are kept apart. */
  doubtful: [Chat, Chat][];
}

export function groupChats(chats: Chat[], clocks: Clocks): Groups {
  const membership = new Membership(chats, clocks);
  const compared = pairsToCompare(chats, clocks)
    .map(([one, other]) => ({ one, other, ...compare(one, other, clocks) }))
    .sort((a, b) => b.shared - a.shared);
  for (const { one, other, relation, shiftMs } of compared)
    if (relation === "one chat") membership.join(one, other, shiftMs);
  const doubtful = compared.filter(
    ({ one, other, relation }) =>
      relation !== "two chats" && !membership.areTogether(one, other) && mayBeOne(one, other),
  );
  return {
    groups: membership.groups(),
    doubtful: doubtful.map(({ one, other }) => [one, other]),
  };
}

/** By their title, and by what is known without it. */
function mayBeOne(one: Chat, other: Chat): boolean {
  const areKnownApart =
    (one.lastingId !== undefined && other.lastingId !== undefined) ||
    (one.parts.length === 0 && other.parts.length === 0) ||
    // An export has each chat once; a folder of chats that were exported one by one may not.
    (one.parts[0]?.network !== "whatsapp" && one.parts[0]?.archive === other.parts[0]?.archive);
  return !areKnownApart && one.title !== "" && compareNames(one, other) === "alike";
}

function compare(one: Chat, other: Chat, clocks: Clocks): ChatVerdict {
  if (one.marks === undefined || other.marks === undefined)
    return { relation: "unknown", shiftMs: 0, shared: 0 };
  return compareChats(one.marks, other.marks, {
    ...clocks,
    names: compareNames(one, other),
  });
}

/** Few enough for all pairs to be compared. */
const maxForAllPairs = 64;

/** Pairs that share a message or a title; where clocks may differ, and there are not too many, all. */
function pairsToCompare(chats: Chat[], { clockMs, isLocalTime }: Clocks): [Chat, Chat][] {
  if (isLocalTime && chats.length <= maxForAllPairs) return allPairs(chats);
  const pairs = new Map<string, [Chat, Chat]>();
  const last = new Map<string, number>();
  const meet = (key: string, index: number) => {
    // Whoever shares more with an earlier one meets it over another message.
    const before = last.get(key);
    last.set(key, index);
    if (before !== undefined && before !== index)
      pairs.set(`${before} ${index}`, [chats[before] as Chat, chats[index] as Chat]);
  };
  for (const [index, { title, marks }] of chats.entries()) {
    meet(`title ${title}`, index);
    for (const { words, at } of marks?.sketch.marks ?? [])
      meet(isLocalTime ? `${words}` : `${words} ${Math.floor(at / clockMs)}`, index);
  }
  return [...pairs.values()];
}

function allPairs(chats: Chat[]): [Chat, Chat][] {
  return chats.flatMap((one, index) => chats.slice(index + 1).map((other): [Chat, Chat] => [one, other]));
}

/** Enough members of a large group to tell whether a chat is another one. */
const maxHeldAgainst = 8;

class Membership {
  readonly #groupOf = new Map<Chat, ChatGroup>();
  readonly #clocks: Clocks;

  constructor(chats: Chat[], clocks: Clocks) {
    this.#clocks = clocks;
    for (const chat of chats) this.#groupOf.set(chat, { members: [{ chat, shiftMs: 0 }] });
  }

  /** False where that would put two chats into one, which is worse than to leave one in two. */
  join(one: Chat, other: Chat, shiftMs: number): boolean {
    const [from, into] = [this.#groupOf.get(one) as ChatGroup, this.#groupOf.get(other) as ChatGroup];
    if (from === into) return true;
    if (this.#areTwoChats(from, into)) return false;
    const moved = shiftMs + shiftIn(into, other) - shiftIn(from, one);
    for (const member of from.members) {
      into.members.push({ chat: member.chat, shiftMs: member.shiftMs + moved });
      this.#groupOf.set(member.chat, into);
    }
    return true;
  }

  #areTwoChats(one: ChatGroup, other: ChatGroup): boolean {
    const ids = [one, other].map(({ members }) => members.find(({ chat }) => chat.lastingId)?.chat.lastingId);
    if (ids[0] !== undefined && ids[1] !== undefined && ids[0] !== ids[1]) return true;
    return one.members
      .slice(0, maxHeldAgainst)
      .some(({ chat }) =>
        other.members
          .slice(0, maxHeldAgainst)
          .some((member) => compare(chat, member.chat, this.#clocks).relation === "two chats"),
      );
  }

  areTogether(one: Chat, other: Chat): boolean {
    return this.#groupOf.get(one) === this.#groupOf.get(other);
  }

  groups(): ChatGroup[] {
    return [...new Set(this.#groupOf.values())].map(onTheNewestClock);
  }
}

function shiftIn({ members }: ChatGroup, wanted: Chat): number {
  return members.find(({ chat }) => chat === wanted)?.shiftMs ?? 0;
}

/** The newest export's clock holds, as its names do. */
function onTheNewestClock({ members }: ChatGroup): ChatGroup {
  const newest = members.reduce((a, b) =>
    b.chat.newestAt + b.shiftMs > a.chat.newestAt + a.shiftMs ||
    (b.chat.newestAt + b.shiftMs === a.chat.newestAt + a.shiftMs && b.chat.newestAt > a.chat.newestAt)
      ? b
      : a,
  );
  return { members: members.map(({ chat, shiftMs }) => ({ chat, shiftMs: shiftMs - newest.shiftMs })) };
}
