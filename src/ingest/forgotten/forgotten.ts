/**
 * People who were forgotten stay out of later imports, but the store must not hold their names: it keeps salted hashes of
 * them.
 */
import { remembering } from "../../letters.ts";
import type { ParsedEntry } from "../formats/index.ts";
import { ExactNames } from "./exact-names.ts";
import { type Found, NameSearch } from "./name-search.ts";
import type { Tombstone } from "./records.ts";

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
  const searches = [
    new NameSearch(tombstones.filter(({ words }) => words !== undefined)),
    new ExactNames(tombstones.filter(({ words }) => words === undefined)),
  ];
  const has = remembering((name) => searches.some((search) => search.isName(name)));
  const withoutNames = (text: string) =>
    searches.reduce((rest, search) => withoutFound(rest, search.namesIn(rest)), text);

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

function withoutFound(text: string, found: Found[]): string {
  let result = "";
  let done = 0;
  for (const { start, end } of found) {
    result += text.slice(done, start) + forgottenName;
    done = end;
  }
  return result + text.slice(done);
}
