import { closestNames } from "../../closest-names.ts";
import { UserError } from "../../errors.ts";
import { type ExportEntry, readEntry } from "../archives/index.ts";
import { cleanText, type FoundPart, isNobody } from "../formats/index.ts";

/** What an export says of the person whose export it is. */
export interface NamedOwner {
  network: string;
  name: string;
  /** Names that they had before. */
  earlier: string[];
}

const ownerFiles: { network: string; path: RegExp; read: (json: Profile) => unknown }[] = [
  {
    network: "facebook",
    path: /(?:^|\/)profile_information\/profile_information\.json$/,
    read: ({ profile_v2, profile }) => (profile_v2 ?? profile)?.name?.full_name,
  },
  {
    network: "facebook",
    path: /(?:^|\/)messages\/autofill_information\.json$/,
    read: ({ autofill_information_v2 }) => autofill_information_v2?.FULL_NAME?.[0],
  },
  {
    network: "instagram",
    path: /(?:^|\/)personal_information\/(?:personal_information\/)?personal_information\.json$/,
    read: ({ profile_user }) => profile_user?.[0]?.string_map_data?.Name?.value,
  },
];

/** Parts of profile files that may name their owner; nothing in them is sure. */
interface Profile {
  profile?: ProfileName;
  profile_v2?: ProfileName;
  autofill_information_v2?: { FULL_NAME?: unknown[] };
  profile_user?: { string_map_data?: { Name?: { value?: unknown } } }[];
}
interface ProfileName {
  name?: { full_name?: unknown };
  previous_names?: { name?: unknown }[];
  other_names?: { name?: unknown }[];
}

const mostProfileBytes = 5_000_000;

/** Reads a file that may name the owner; undefined for every other file, and where it names nobody. */
export function readOwnerFile(entry: ExportEntry): NamedOwner | undefined {
  const file = ownerFiles.find(({ path }) => path.test(entry.path));
  if (file === undefined || entry.bytes > mostProfileBytes) return undefined;
  try {
    const json = JSON.parse(readEntry(entry).toString("utf8"));
    const name = file.read(json);
    if (typeof name !== "string" || name === "") return undefined;
    return { network: file.network, name: cleanText(name, true), earlier: earlierNames(json) };
  } catch {
    return undefined; // It is not what it seems; the threads tell as well.
  }
}

function earlierNames({ profile_v2, profile }: Profile): string[] {
  const { previous_names = [], other_names = [] } = profile_v2 ?? profile ?? {};
  return [...previous_names, ...other_names]
    .map(({ name }) => name)
    .filter((name) => typeof name === "string")
    .map((name) => cleanText(name, true));
}

export interface OwnerClues {
  /** With `--persona`; one name for each network where they differ. */
  asked: string[];
  /** By files of the exports, by number of the export. */
  named: (NamedOwner | undefined)[];
  parts: FoundPart[];
  /** Unix time in ms of the newest message of each export. */
  asOf: number[];
  known: OwnerOfStore | undefined;
}

/** The owner's name in the store, and the export that it was taken from. */
interface OwnerOfStore {
  owner: string;
  ownerFrom: { network: string; asOf: number };
}

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
  const names = asked.map((name) => name.normalize("NFC").trim());
  for (const name of names) checkAsked(name, exports, known);
  const owners = exports.map(
    (counts, index) =>
      names.find((name) => counts.threadsByName.has(name)) ??
      named[index]?.name ??
      ownerIn(counts, [...names, known?.owner, ...named.map((owner) => owner?.name)]) ??
      mostFrequent(addCounts(exports.filter(({ network }) => network === counts.network))) ??
      ask(counts),
  );
  const candidates = exports.map(({ network }, index) => ({
    owner: owners[index] as string,
    ownerFrom: { network, asOf: asOf[index] ?? 0 },
  }));
  const [first] = [...(known ? [known] : []), ...candidates].sort(byPrecedence);
  return { ...(first as OwnerOfStore), owners };
}

const precedence = ["facebook", "instagram", "whatsapp"];

function byPrecedence({ ownerFrom: a }: OwnerOfStore, { ownerFrom: b }: OwnerOfStore): number {
  return precedence.indexOf(a.network) - precedence.indexOf(b.network) || b.asOf - a.asOf;
}

interface ExportCounts {
  network: string;
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
      threads: 0,
      threadsByName: new Map(),
    };
    counts.threads++;
    for (const name of names) counts.threadsByName.set(name, (counts.threadsByName.get(name) ?? 0) + 1);
    exports[part.exportIndex] = counts;
  }
  return exports;
}

function ownerIn(counts: ExportCounts, elsewhere: (string | undefined)[]): string | undefined {
  const known = elsewhere.find((name) => name !== undefined && counts.threadsByName.has(name));
  return mostFrequent(counts) ?? known;
}

/** The name in more threads than any other; undefined with one thread, or a tie. */
function mostFrequent({ threadsByName, threads }: Omit<ExportCounts, "network">): string | undefined {
  const [first, second] = ranked(threadsByName);
  return first !== undefined && threads > 1 && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
}

function ranked(threadsByName: Map<string, number>): [string, number][] {
  return [...threadsByName].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function addCounts(exports: ExportCounts[]): Omit<ExportCounts, "network"> {
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

function ask({ network, threadsByName }: ExportCounts): never {
  const [first, ...others] = ranked(threadsByName);
  const candidates = [first, ...others.filter(([, count]) => count === first?.[1])].flatMap((candidate) =>
    candidate === undefined ? [] : [`"${candidate[0]}"`],
  );
  const names = candidates.slice(0, 6).join(" or ") || "Nobody";
  throw new UserError(
    `Whose export is this? On ${networkNames[network] ?? network}, ${names} could be you.`,
    {
      fix: `Say it: persona import … --persona ${candidates[0] ?? "NAME"}`,
    },
  );
}

function checkAsked(name: string, exports: ExportCounts[], known: OwnerOfStore | undefined): void {
  if (known?.owner === name) return;
  const everyone = new Set(exports.flatMap(({ threadsByName }) => [...threadsByName.keys()]));
  if (everyone.has(name)) return;
  const offers = closestNames(name, everyone).map((offer) => `"${offer}"`);
  throw new UserError(`Nobody in this export is called "${name}".`, {
    fix: offers.length > 0 ? `Did you mean ${offers.join(" or ")}?` : "Check the spelling in Messenger.",
  });
}
