/** One person under several names in one export: a chat of WhatsApp calls its owner as they were called when it was exported. */
import { UserError } from "../../errors.ts";
import { type FoundPart, isNobody } from "../formats/index.ts";
import { plainNames } from "./owner.ts";
import type { NamedOwner } from "./owner-file.ts";

interface Exports {
  parts: FoundPart[];
  /** By number of the export. */
  named: (NamedOwner | undefined)[];
  asOf: number[];
}

/** Who takes part in each thread. */
type Threads = Map<string, Set<string>>;

/**
 * Makes threads in which the owner bears another name than in the rest of their export an export of their own, so that each
 * export calls its owner by one name.
 *
 * @param asked With `--persona`. Without any, chats of WhatsApp are looked through for such a name.
 */
export function separateOwnNames<Found extends Exports>(found: Found, asked: string[]): Found {
  const named = [...found.named];
  const asOf = [...found.asOf];
  const parts = [...found.parts];
  for (const index of found.asOf.keys()) {
    const own = parts.filter(({ exportIndex }) => exportIndex === index);
    const nameIn = ownNamesIn(own, asked);
    const [first, ...others] = new Set(own.map(nameIn));
    if (others.length === 0) continue;
    const numbers = new Map([[first, index], ...others.map((name, at) => [name, asOf.length + at] as const)]);
    for (const [at, part] of parts.entries())
      if (part.exportIndex === index)
        parts[at] = { ...part, exportIndex: numbers.get(nameIn(part)) as number };
    for (const number of numbers.values()) {
      named[number] = found.named[index];
      asOf[number] = ageOfChats(number, parts) ?? (found.asOf[index] as number);
    }
  }
  return { ...found, parts, named, asOf };
}

/** The owner's name in each part of an export; undefined where none of several is known. */
function ownNamesIn(own: FoundPart[], asked: string[]): (part: FoundPart) => string | undefined {
  const threads = peopleByThread(own.filter(({ self }) => self === undefined));
  const names = asked.length > 0 ? plainNames(asked) : guessNames(own, threads);
  const byFrequency = names.toSorted((a, b) => countOf(b, threads) - countOf(a, threads));
  // Whoever sits beside the owner is somebody else.
  return ({ self, thread }) =>
    self ?? byFrequency.find((name) => threads.get(thread)?.has(name)) ?? byFrequency[0];
}

/** A chat of WhatsApp is as old as it is; what another network exports at once is of one age. */
function ageOfChats(index: number, parts: FoundPart[]): number | undefined {
  const chats = parts.filter(({ exportIndex, network }) => exportIndex === index && network === "whatsapp");
  return chats.length === 0 ? undefined : Math.max(...chats.map(({ newestAt }) => newestAt));
}

function peopleByThread(parts: FoundPart[]): Threads {
  const threads: Threads = new Map();
  for (const { thread, people } of parts) {
    const known = threads.get(thread) ?? [];
    threads.set(thread, new Set([...known, ...people.filter((person) => !isNobody(person))]));
  }
  return threads;
}

function countOf(name: string, threads: Threads): number {
  return [...threads.values()].filter((people) => people.has(name)).length;
}

/** The owner's names in chats of WhatsApp: the most frequent, and one that all chats of two without that one have in common. */
function guessNames(parts: FoundPart[], threads: Threads): string[] {
  if (parts[0]?.network !== "whatsapp") return [];
  const everyone = new Set([...threads.values()].flatMap((people) => [...people]));
  const [main, second] = [...everyone].sort((a, b) => countOf(b, threads) - countOf(a, threads));
  if (main === undefined || second === undefined || countOf(main, threads) === countOf(second, threads))
    return [];
  const without = [...threads.values()].filter((people) => people.size === 2 && !people.has(main));
  const neverBeside = [...everyone].filter((name) =>
    [...threads.values()].every((people) => !people.has(name) || !people.has(main)),
  );
  const inAll = neverBeside.filter(
    (name) => without.length > 0 && without.every((people) => people.has(name)),
  );
  const shortened = inAll.filter((name) => isPartOf(name, main) || isPartOf(main, name));
  if (shortened.length === 1) return [main, ...shortened];
  if (without.length > 1 && inAll.length === 1) throw whoIsThat(main, inAll[0] as string, without.length);
  return [main];
}

function isPartOf(name: string, longer: string): boolean {
  const words = longer.toLowerCase().split(/\s+/);
  return name
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}

function whoIsThat(main: string, other: string, chats: number): UserError {
  return new UserError(
    `${chats} chats are without "${main}", and "${other}" is in all of them: is that you, too?`,
    {
      fix: `If so: persona import … --persona "${main}" --persona "${other}". If not: persona import … --persona "${main}"`,
    },
  );
}
