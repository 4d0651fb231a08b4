import { dataSetChoices } from "../choices/index.ts";
import { didYouMean, isSameName } from "../closest-names.ts";
import { UserError } from "../errors.ts";
import type { MessageStore } from "../handoffs/index.ts";

/** Everybody who took part in a thread of the store. */
export function peopleOf(store: MessageStore): string[] {
  return [...new Set(store.threads.flatMap(({ people }) => people.map(({ name }) => name)))];
}

/**
 * These people as the store spells them and by what they are called now: nobody's words may stay because of a capital letter
 * or a new name.
 */
export function spellingsInStore(names: string[], store: MessageStore): string[] {
  const people = peopleOf(store);
  const spellingsOf = (name: string) => [
    ...people.filter((known) => isSameName(known, name)),
    ...(store.namesNow?.(name) ?? []),
  ];
  return [...new Set(names.flatMap(spellingsOf))].toSorted();
}

/** These people, of whom those whom the store knows under another name now have that one. */
export function currentNames(names: string[], store: MessageStore): string[] {
  const people = peopleOf(store);
  const isThere = (name: string) => people.some((known) => isSameName(known, name));
  return names.flatMap((name) => (isThere(name) ? [name] : (store.namesNow?.(name) ?? [name])));
}

interface Named {
  threads?: string[] | undefined;
  people?: string[] | undefined;
  sections?: string[] | undefined;
}

/** @throws {UserError} for the first name that nobody, no thread or no section of the store has. */
export function requireKnown(store: MessageStore, { threads = [], people = [], sections = [] }: Named): void {
  const known = namesIn(store);
  for (const name of threads) requireName(name, known.threads, "No thread in the message store");
  for (const name of people)
    if (!hasNewName(name, store)) requireName(name, known.people, "Nobody in the message store");
  for (const name of sections) requireName(name, known.sections, "No section of the message store");
}

/**
 * People who are to be left out may have been forgotten since.
 *
 * @param list Where they are named.
 * @throws {UserError} for the first name that nobody in the store has or had: a misspelled one would protect nobody.
 */
export function requireKnownOrForgotten(store: MessageStore, names: string[], list: string): void {
  const people = peopleOf(store);
  for (const name of names) {
    if (store.namesNow?.(name) === undefined)
      requireName(name, people, `${list}: nobody in the message store`);
  }
}

/**
 * A line for each of these threads and sections that the store does not have: a title may have been that of a friend who was
 * forgotten, and another export may have the section.
 */
export function problemsWithExcluded(
  store: MessageStore,
  { threads = [], sections = [] }: Pick<Named, "threads" | "sections">,
): string[] {
  const known = namesIn(store);
  const unknown = (names: string[], others: string[], what: string) =>
    names
      .filter((name) => !others.some((other) => isSameName(name, other)))
      .map((name) =>
        `exclude.${what}s: the store has no ${what} "${name}". ${didYouMean(name, new Set(others)) ?? ""}`.trim(),
      );
  return [...unknown(threads, known.threads, "thread"), ...unknown(sections, known.sections, "section")];
}

function namesIn(store: MessageStore): Required<Record<keyof Named, string[]>> {
  return {
    threads: store.threads.flatMap(({ id, title }) => [id, title]),
    people: peopleOf(store),
    // Those that are left out by default may well not be there.
    sections: [...store.threads.map(({ section }) => section), ...dataSetChoices.excludedSections.default],
  };
}

function hasNewName(name: string, store: MessageStore): boolean {
  return (store.namesNow?.(name) ?? []).length > 0;
}

function requireName(asked: string, names: Iterable<string>, nobody: string): void {
  const known = new Set(names);
  for (const name of known) if (isSameName(asked, name)) return;
  throw new UserError(`${nobody} is called "${asked}".`, {
    fix: didYouMean(asked, known) ?? "See persona messages for every name.",
  });
}

/** @throws {UserError} when nobody in the store has the name; without one, the owner of the export is meant. */
export function findPersona(store: MessageStore, asked: string | undefined): string {
  if (asked === undefined) return store.owner;
  const names = peopleOf(store);
  if (names.includes(asked.normalize("NFC"))) return asked.normalize("NFC");
  throw new UserError(`Nobody in the message store is called "${asked}".`, {
    fix: didYouMean(asked, names) ?? "See persona messages for every name.",
  });
}
