/** The same world as two exports show it: one of today, and one made earlier. */
import type { Entry, World } from "./world.ts";

/** Everything, under today's names, with the reactions that came late. */
export function today(world: World): World {
  return {
    ...world,
    threads: world.threads.map((thread) => ({
      ...thread,
      entries: thread.entries.map((entry) => ({ ...entry, reactions: allReactions(entry) })),
    })),
  };
}

/** What had been written by then, under the names and titles of then. */
export function earlier(world: World): World {
  const threads = world.threads.map((thread) => ({
    ...thread,
    title: thread.earlierTitle ?? thread.title,
    section: thread.earlierSection ?? thread.section,
    entries: thread.entries.slice(0, lengthAtCut(thread.entries, world.cut)),
  }));
  return {
    ...world,
    people: world.people.map((person) => ({ ...person, name: person.earlierName ?? person.name })),
    threads: threads.filter(({ entries }) => entries.length > 0),
  };
}

/** An earlier export of the end-to-end encrypted chats, half as long. */
export function earlierSecure(world: World): World {
  const secureThreads = world.secureThreads.map((thread) => ({
    ...thread,
    entries: thread.entries.slice(0, Math.ceil(thread.entries.length / 2)),
  }));
  return { ...world, secureThreads };
}

function lengthAtCut(entries: Entry[], { sentAt, ofTheSameTime }: World["cut"]): number {
  const before = entries.findIndex((entry) => (entry.sentAt ?? 0) >= sentAt);
  if (before === -1) return entries.length;
  return entries[before]?.sentAt === sentAt ? before + ofTheSameTime : before;
}

/** A person has one reaction to a message: the later one. */
function allReactions({ reactions, laterReactions = [] }: Entry): Entry["reactions"] {
  const changed = new Set(laterReactions.map(({ actor }) => actor));
  return [...reactions.filter(({ actor }) => !changed.has(actor)), ...laterReactions];
}
