import { didYouMean } from "../../closest-names.ts";
import { UserError } from "../../errors.ts";
import { type FoundPart, isNobody, isSelf } from "../formats/index.ts";
import type { NamedOwner } from "./owner-file.ts";

export interface OwnerClues {
  /** With `--persona`; one name for each network where they differ. */
  asked: string[];
  /** By files of the exports, by number of the export. */
  named: (NamedOwner | undefined)[];
  parts: FoundPart[];
  /** Unix time in ms of the newest message of each export. */
  asOf: number[];
  known: KnownStore | undefined;
}

/** The owner's name in the store, and the export that it was taken from. */
interface OwnerOfStore {
  owner: string;
  ownerFrom: { network: string; asOf: number };
}

type KnownStore = OwnerOfStore & { threads?: { people: { name: string }[] }[] };

export interface Owners extends OwnerOfStore {
  /** What each export calls the owner, by its number. */
  owners: string[];
}

/**
 * Whose exports these are.
 *
 * A name in most threads of an export is the owner's: everyone else is in a few. With one thread, or a tie, that cannot be
 * known. The store uses the name of the newest export, Facebook's first.
 */
export function findOwners({ asked, named, parts, asOf, known }: OwnerClues): Owners {
  const exports = countNames(parts);
  const names = plainNames(asked);
  const isSelfOnly = known === undefined && exports.every(({ self }) => self !== undefined);
  for (const name of names) if (!isSelfOnly) checkAsked(name, exports, known);
  const owners = exports.map(
    (counts, index) =>
      counts.self ??
      mostFrequentOf(names, counts) ??
      nameOfProfile(named[index], counts) ??
      ownerIn(counts, [known?.owner, ...named.map((owner) => owner?.name)]) ??
      ownerOfNetwork(counts, exports) ??
      ask(counts, named[index]),
  );
  const candidates = exports.map(({ network }, index) => ({
    owner: owners[index] as string,
    ownerFrom: { network, asOf: asOf[index] ?? 0 },
  }));
  const [first] = [...(known ? [known] : []), ...candidates].sort(byPrecedence);
  const { owner, ownerFrom } = first as OwnerOfStore;
  return { owner: isSelfOnly ? (names[0] ?? owner) : owner, ownerFrom, owners };
}

/** Whose threads these are, if they tell. */
export function clearOwner(parts: FoundPart[], profile: NamedOwner | undefined): string | undefined {
  const [counts] = countNames(parts.map((part) => ({ ...part, exportIndex: 0 })));
  return counts && (nameOfProfile(profile, counts) ?? mostFrequent(counts));
}

/** As they stand in exports, whichever way they were typed. */
export function plainNames(typed: string[]): string[] {
  return typed.map((name) => name.normalize("NFC").trim());
}

const precedence = ["facebook", "instagram", "whatsapp"];

/** "You" is a name only where there is no other. */
function byPrecedence(one: OwnerOfStore, other: OwnerOfStore): number {
  const [a, b] = [one.ownerFrom, other.ownerFrom];
  return (
    +isSelf(one.owner) - +isSelf(other.owner) ||
    precedence.indexOf(a.network) - precedence.indexOf(b.network) ||
    b.asOf - a.asOf
  );
}

interface ExportCounts {
  network: string;
  /** What its files call whoever exported them, where they say so. */
  self: string | undefined;
  threads: number;
  threadsByName: Map<string, number>;
}

/** In how many threads each name takes part, by number of the export. */
function countNames(parts: FoundPart[]): ExportCounts[] {
  const exports: ExportCounts[] = [];
  const people = new Map<string, { part: FoundPart; names: Set<string> }>();
  for (const part of parts) {
    const key = `${part.exportIndex} ${part.thread}`;
    const known = people.get(key) ?? { part, names: new Set() };
    for (const name of part.people) if (!isNobody(name)) known.names.add(name);
    people.set(key, known);
  }
  for (const { part, names } of people.values()) {
    const counts = exports[part.exportIndex] ?? {
      network: part.network,
      self: part.self,
      threads: 0,
      threadsByName: new Map(),
    };
    counts.threads++;
    for (const name of names) counts.threadsByName.set(name, (counts.threadsByName.get(name) ?? 0) + 1);
    exports[part.exportIndex] = counts;
  }
  return exports;
}

/**
 * The name under which the profile's person takes part. A profile shows a name with emoji where messages have the user name,
 * or another one of its time: undefined where no thread has it, nor anything else of the profile.
 */
function nameOfProfile(profile: NamedOwner | undefined, { threadsByName }: ExportCounts): string | undefined {
  if (profile === undefined) return undefined;
  if (threadsByName.size === 0 || threadsByName.has(profile.name)) return profile.name;
  const most = Math.max(...threadsByName.values());
  const known = [...threadsByName.keys()].filter((name) => threadsByName.get(name) === most);
  const others = [...profile.earlier, ...profile.others];
  const same = known.filter((name) => others.includes(name));
  const alike = known.filter((name) => lettersOf(name) !== "" && lettersOf(name) === lettersOf(profile.name));
  return [same, alike].find(({ length }) => length === 1)?.[0];
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function ownerIn(counts: ExportCounts, elsewhere: (string | undefined)[]): string | undefined {
  const known = elsewhere.find((name) => name !== undefined && counts.threadsByName.has(name));
  return mostFrequent(counts) ?? known;
}

/** The owner of other exports of the network, who must take part in this one as well. */
function ownerOfNetwork(counts: ExportCounts, exports: ExportCounts[]): string | undefined {
  const owner = mostFrequent(addCounts(exports.filter(({ network }) => network === counts.network)));
  const isTheirs =
    counts.threadsByName.size === 0 || (owner !== undefined && counts.threadsByName.has(owner));
  return isTheirs ? owner : undefined;
}

/** The name in more threads than any other; undefined with one thread, or a tie. */
function mostFrequent({
  threadsByName,
  threads,
}: Pick<ExportCounts, "threads" | "threadsByName">): string | undefined {
  const [first, second] = ranked(threadsByName);
  return first !== undefined && threads > 1 && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
}

/** Of several names of the owner, the friend who bears one of them is in fewer threads. */
function mostFrequentOf(names: string[], { threadsByName }: ExportCounts): string | undefined {
  const known = names.filter((name) => threadsByName.has(name));
  return known.sort((a, b) => (threadsByName.get(b) as number) - (threadsByName.get(a) as number))[0];
}

function ranked(threadsByName: Map<string, number>): [string, number][] {
  return [...threadsByName].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function addCounts(exports: ExportCounts[]): Pick<ExportCounts, "threads" | "threadsByName"> {
  const threadsByName = new Map<string, number>();
  for (const [name, count] of exports.flatMap((counts) => [...counts.threadsByName]))
    threadsByName.set(name, (threadsByName.get(name) ?? 0) + count);
  return { threadsByName, threads: exports.reduce((sum, { threads }) => sum + threads, 0) };
}

const networkNames: Record<string, string> = {
  facebook: "Facebook",
  instagram: "Instagram",
  whatsapp: "WhatsApp",
};

function ask({ network, threadsByName }: ExportCounts, profile: NamedOwner | undefined): never {
  const [first, ...others] = ranked(threadsByName);
  const candidates = [first, ...others.filter(([, count]) => count === first?.[1])].flatMap((candidate) =>
    candidate === undefined ? [] : [`"${candidate[0]}"`],
  );
  const names = candidates.slice(0, 6).join(" or ") || "Nobody";
  const named = profile === undefined ? "" : ` Its profile says "${profile.name}", whom no thread knows.`;
  throw new UserError(
    `Whose export is this? On ${networkNames[network] ?? network}, ${names} could be you.${named}`,
    {
      fix: `Say which: persona import … --persona ${candidates[0] ?? "NAME"}`,
    },
  );
}

function checkAsked(name: string, exports: ExportCounts[], known: KnownStore | undefined): void {
  if (known?.owner === name) return;
  const stored = known?.threads?.flatMap(({ people }) => people.map((person) => person.name)) ?? [];
  const everyone = new Set([...exports.flatMap(({ threadsByName }) => [...threadsByName.keys()]), ...stored]);
  if (everyone.has(name)) return;
  throw new UserError(`Nobody in this export is called "${name}".`, {
    fix: didYouMean(name, everyone) ?? "Check the spelling in Messenger.",
  });
}
