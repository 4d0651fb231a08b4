/**
 * People who were forgotten stay out of later imports, but the store must not hold their names: it keeps a salted hash of
 * each. A text is asked about names of the right length only, so that looking costs little.
 */
import type { ParsedEntry } from "../formats/index.ts";
import { hashOf, normalise, type Tombstone } from "./tombstone.ts";

/** What stands where a forgotten name stood. */
const forgottenName = "[forgotten]";

/** Answers about names, and takes them out of texts. */
export interface Forgotten {
  isEmpty: boolean;
  has(name: string): boolean;
  /** The text with every forgotten full name replaced. */
  withoutNames(text: string): string;
  /** The entry without the reactions of forgotten people and without their names; undefined when one of them wrote it. */
  clean<Entry extends ParsedEntry>(entry: Entry): Entry | undefined;
}

/** Those who are forgotten in a thread, by its id. */
export type ForgottenIn = (thread: string) => Forgotten;

export function createForgotten(tombstones: Tombstone[]): ForgottenIn {
  const everywhere = createForgottenAmong(tombstones.filter(({ thread }) => thread === undefined));
  const scoped = new Set(tombstones.map(({ thread }) => thread));
  return (id) =>
    scoped.has(id)
      ? createForgottenAmong(tombstones.filter(({ thread }) => thread === undefined || thread === id))
      : everywhere;
}

function createForgottenAmong(tombstones: Tombstone[]): Forgotten {
  const memo = new Map<string, boolean>();
  const lengths = new Set(tombstones.map(({ length }) => length));

  function has(name: string): boolean {
    if (!lengths.has(normalise(name).length)) return false;
    const known = memo.get(name);
    if (known !== undefined) return known;
    const normal = normalise(name);
    const isForgotten = tombstones.some(
      ({ salt, hash, length }) => length === normal.length && hashOf(salt, normal) === hash,
    );
    if (memo.size < 10_000) memo.set(name, isForgotten);
    return isForgotten;
  }

  /** Names are runs of whole words. */
  function withoutNames(text: string): string {
    if (tombstones.length === 0) return text;
    const starts = [...text.matchAll(wordStarts)].map(({ index }) => index);
    let result = "";
    let done = 0;
    for (const start of starts) {
      if (start < done) continue;
      for (const length of lengths) {
        const end = start + length;
        if (end > text.length || !isWordEnd(text, end) || !has(text.slice(start, end))) continue;
        result += text.slice(done, start) + forgottenName;
        done = end;
        break;
      }
    }
    return result + text.slice(done);
  }

  return {
    isEmpty: tombstones.length === 0,
    has,
    withoutNames,
    clean(entry) {
      if (tombstones.length === 0) return entry;
      if (has(entry.sender)) return undefined;
      const reactions = entry.reactions.filter(({ actor }) => !has(actor));
      const attachments = entry.attachments.map(({ kind, name }) => ({ kind, name: withoutNames(name) }));
      return { ...entry, text: withoutNames(entry.text), reactions, attachments };
    },
  };
}

const wordStarts = /(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}]/gu;

function isWordEnd(text: string, end: number): boolean {
  return end === text.length || !/[\p{L}\p{M}\p{N}]/u.test(text[end] as string);
}
