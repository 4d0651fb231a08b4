import { UserError } from "../../errors.ts";
import { type FoundPart, isNobody, isSelf } from "../formats/index.ts";
import type { StoreIndex } from "../store/index.ts";
import { type Account, isSameAccount } from "./account.ts";
import { type Owners, plainNames } from "./owner.ts";
import type { NamedOwner } from "./owner-file.ts";

export interface PersonClues {
  who: Pick<Owners, "owners">;
  /** With `--persona`. */
  asked: string[];
  named: (NamedOwner | undefined)[];
  parts: FoundPart[];
  previous: Pick<StoreIndex, "owner" | "ownerFrom" | "threads" | "account"> | undefined;
}

/** A name that exports of a network, or the store, give their owner, with who takes part in each of their threads. */
interface Voice {
  name: string;
  network: string;
  threads: Map<string, Set<string>>;
  isStored: boolean;
}

/** Which sentences are Messenger's own depends on the owner: another owner means another store. */
export function checkSameOwner(asked: string[], previous: StoreIndex | undefined): void {
  const names = plainNames(asked);
  const [name] = names;
  if (previous === undefined || name === undefined || names.includes(previous.owner)) return;
  const isKnown = previous.threads.some(({ people }) => people.some((person) => person.name === name));
  if (!isKnown) return;
  throw new UserError(`The messages in the store are "${previous.owner}"'s, not "${name}"'s.`, {
    fix: "Import into another folder with --data DIR, or delete the messages folder and import everything again.",
  });
}

/**
 * Refuses exports of two people: what both wrote would be learned as one person's.
 *
 * Who changed their name has the account, threads, friends or a part of the name in common with their earlier exports, and never sits in
 * a thread beside themself. Names on different networks say nothing: people choose them anew.
 */
export function checkOnePerson(clues: PersonClues): void {
  const voices = voicesOf(clues);
  for (const [index, one] of voices.entries())
    for (const other of voices.slice(index + 1))
      if (one.network === other.network && !isKnownAsOne(one, other, clues) && !isRenamed(one, other, clues))
        throw twoPeople(one, other);
}

function voicesOf({ who, parts, previous }: PersonClues): Voice[] {
  const stored = (previous?.threads ?? [])
    .filter(({ network }) => network === previous?.ownerFrom.network && !isSelf(previous.owner))
    .map(({ id, network, people }) => ({
      network,
      thread: id,
      people: people.map(({ name }) => name),
      name: previous?.owner as string,
      isStored: true,
    }));
  // "You" may be anybody.
  const brought = parts
    .filter(({ self }) => self === undefined)
    .map(({ network, thread, people, exportIndex }) => ({
      network,
      thread,
      people,
      name: who.owners[exportIndex] as string,
      isStored: false,
    }));
  const voices = new Map<string, Voice>();
  for (const { name, network, thread, people, isStored } of [...stored, ...brought]) {
    const key = JSON.stringify([network, name]);
    const voice = voices.get(key) ?? { name, network, threads: new Map(), isStored };
    const known = voice.threads.get(thread) ?? [];
    voice.threads.set(thread, new Set([...known, ...people.filter((person) => !isNobody(person))]));
    voices.set(key, voice);
  }
  return [...voices.values()];
}

/** Whoever is in the store was named as well as could be; who comes in must be named by a profile. */
function areNamed(one: Voice, other: Voice, named: (NamedOwner | undefined)[]): boolean {
  return [one, other].every(
    ({ name, network, isStored }) =>
      isStored || named.some((owner) => owner?.network === network && owner.name === name),
  );
}

function isKnownAsOne(one: Voice, other: Voice, { asked, named }: PersonClues): boolean {
  const names = [one.name, other.name];
  const lists = [plainNames(asked)];
  for (const owner of named) if (owner !== undefined) lists.push([owner.name, ...owner.earlier]);
  return lists.some((list) => names.every((name) => list.includes(name)));
}

function isRenamed(one: Voice, other: Voice, clues: PersonClues): boolean {
  const areTogether = [one, other].some(({ threads }) =>
    [...threads.values()].some((people) => people.has(one.name) && people.has(other.name)),
  );
  if (areTogether) return false;
  // By a profile each, a friend of both, in two chats, is a friend of two people.
  const areNamedBoth = areNamed(one, other, clues.named);
  return (
    isSameAccount(accountOfVoice(one, clues), accountOfVoice(other, clues)) ||
    overlap(one.threads.keys(), other.threads) ||
    overlap(wordsOf(one), wordsOf(other)) ||
    (overlap(peopleOf(one), peopleOf(other)) && !(areNamedBoth && overlap(friendsOf(one), friendsOf(other))))
  );
}

function accountOfVoice({ name, network, isStored }: Voice, { who, named, previous }: PersonClues): Account {
  const brought = named.flatMap((owner, index) =>
    owner?.network === network && who.owners[index] === name ? owner.account : [],
  );
  return isStored ? [...(previous?.account ?? []), ...brought] : brought;
}

/** With whom they have a chat of two: on one network, there is but one with each friend. */
function friendsOf({ threads, name }: Voice): Set<string> {
  const pairs = [...threads.values()].filter((people) => people.size === 2 && people.has(name));
  return new Set(pairs.flatMap((people) => [...people].filter((person) => person !== name)));
}

function peopleOf({ threads }: Voice): Set<string> {
  return new Set([...threads.values()].flatMap((people) => [...people]));
}

function wordsOf({ name }: Voice): Set<string> {
  return new Set(name.toLowerCase().split(/\s+/));
}

function overlap(some: Iterable<string>, others: { has(name: string): boolean }): boolean {
  return [...some].some((name) => others.has(name));
}

function twoPeople(one: Voice, other: Voice): UserError {
  const message = one.isStored
    ? `The messages in the store are "${one.name}"'s, and this export is "${other.name}"'s.`
    : `These exports are of two people: "${one.name}" and "${other.name}".`;
  return new UserError(message, {
    fix:
      "Import each person into a folder of their own with --data DIR. If both are you, or a name was guessed wrong, " +
      `say your own: persona import … --persona "${one.name}" (and --persona "${other.name}", if it is yours too).`,
  });
}
