import type { Facts, ThreadFacts } from "./facts.ts";
import { mergeWords } from "./words.ts";

/**
 * Adds what another part of the messages said: commutative and associative, whatever the parts are.
 *
 * Nothing is pruned here, since the order of merging would then show.
 */
export function mergeFacts(into: Facts, from: Facts): void {
  for (const field of ["version", "persona", "timeZone"] as const) {
    if (into[field] !== from[field]) throw new Error(`Facts that differ in ${field} cannot be merged.`);
  }
  add(into.counts, from.counts);
  mergeThreads(into.threads, from.threads);
  mergeWords(into.words, from.words);
}

/** Adds numbers wherever they stand in two trees of one shape; keys that only `from` has are copied. */
function add(into: object, from: object): void {
  const sums = into as Record<string, number | object>;
  for (const [key, value] of Object.entries(from) as [string, number | object][]) {
    const known = Object.hasOwn(sums, key) ? sums[key] : undefined;
    if (known === undefined) sums[key] = structuredClone(value);
    else if (typeof known === "object") add(known, value as object);
    else sums[key] = known + (value as number);
  }
}

function mergeThreads(into: Facts["threads"], from: Facts["threads"]): void {
  for (const [key, thread] of Object.entries(from)) {
    const known = Object.hasOwn(into, key) ? into[key] : undefined;
    into[key] = known === undefined ? { ...thread } : mergeThread(known, thread);
  }
}

/** Where two parts name a thread differently, the greater name wins: any rule that ignores their order will do. */
function mergeThread(one: ThreadFacts, other: ThreadFacts): ThreadFacts {
  return {
    title: greater(one.title, other.title),
    isGroup: one.isGroup || other.isGroup,
    section: greater(one.section, other.section),
    conversations: one.conversations + other.conversations,
    personaMessages: one.personaMessages + other.personaMessages,
    othersMessages: one.othersMessages + other.othersMessages,
    words: one.words + other.words,
    firstAt: pick(Math.min, one.firstAt, other.firstAt),
    lastAt: pick(Math.max, one.lastAt, other.lastAt),
  };
}

function greater(one: string, other: string): string {
  return one > other ? one : other;
}

function pick(choose: (a: number, b: number) => number, one: number | null, other: number | null) {
  return one === null || other === null ? (one ?? other) : choose(one, other);
}
