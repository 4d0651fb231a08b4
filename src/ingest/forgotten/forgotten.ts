/**
 * People who were forgotten stay out of later imports, but the store must not hold their names: it keeps salted hashes of
 * them.
 */
import { remembering } from "../../letters.ts";
import type { ParsedEntry } from "../formats/index.ts";
import { NameSearch } from "./name-search.ts";
import type { Tombstone } from "./records.ts";
import { hashOf, normalise } from "./tombstone.ts";

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
  const search = new NameSearch(tombstones.filter(({ words }) => words !== undefined));
  const exact = createExactNames(tombstones.filter(({ words }) => words === undefined));
  const has = remembering((name) => search.isName(name) || exact.has(name));

  function withoutNames(text: string): string {
    let result = "";
    let done = 0;
    for (const { start, end } of search.namesIn(text)) {
      result += text.slice(done, start) + forgottenName;
      done = end;
    }
    return exact.withoutNames(result + text.slice(done));
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

/** Names that are known by the hash of all of their characters. */
function createExactNames(tombstones: Tombstone[]): Pick<Forgotten, "has" | "withoutNames"> {
  const lengths = new Set(tombstones.map(({ length }) => length));

  function has(name: string): boolean {
    const normal = normalise(name);
    return tombstones.some(
      ({ salt, hash, length }) => length === normal.length && hashOf(salt, normal) === hash,
    );
  }

  /** Names are runs of whole words. */
  function withoutNames(text: string): string {
    if (tombstones.length === 0) return text;
    let result = "";
    let done = 0;
    for (const { index: start } of text.matchAll(/(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}]/gu)) {
      if (start < done) continue;
      const end = [...lengths]
        .map((length) => start + length)
        .find((end) => end <= text.length && isWordEnd(text, end) && has(text.slice(start, end)));
      if (end === undefined) continue;
      result += text.slice(done, start) + forgottenName;
      done = end;
    }
    return result + text.slice(done);
  }

  return { has, withoutNames };
}

function isWordEnd(text: string, end: number): boolean {
  return end === text.length || !/[\p{L}\p{M}\p{N}]/u.test(text[end] as string);
}
