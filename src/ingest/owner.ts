import { closestNames } from "../closest-names.ts";
import { UserError } from "../errors.ts";
import { type ExportEntry, readEntry } from "./archives/entry.ts";
import { type FoundPart, isNobody } from "./formats/format.ts";
import { cleanText } from "./mojibake.ts";

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
  named: NamedOwner[];
  parts: FoundPart[];
  /** What the store knows from earlier imports. */
  known: { owner: string; owners: Record<string, string> } | undefined;
}

/**
 * Whose export it is, on each network.
 *
 * A name in most threads is the owner's: everyone else is in a few. With one thread, or a tie, that cannot be known.
 */
export function findOwners({ asked, named, parts, known }: OwnerClues): {
  owner: string;
  owners: Record<string, string>;
} {
  const counts = countNames(parts);
  const names = asked.map((name) => name.normalize("NFC").trim());
  for (const name of names) checkAsked(name, counts, known);
  const owners: Record<string, string> = { ...known?.owners };
  for (const [network, { threadsByName, threads }] of counts) {
    const name =
      names.find((asked) => threadsByName.has(asked)) ??
      named.find((owner) => owner.network === network)?.name ??
      owners[network];
    owners[network] =
      name ?? mostFrequent(threadsByName, threads, names[0] ?? known?.owner ?? named[0]?.name);
  }
  const owner = known?.owner ?? owners.facebook ?? (Object.values(owners)[0] as string);
  if (names[0] !== undefined && !Object.values(owners).includes(names[0])) owners.facebook = names[0];
  return { owner, owners };
}

interface NetworkCounts {
  threads: number;
  threadsByName: Map<string, number>;
}

function countNames(parts: FoundPart[]): Map<string, NetworkCounts> {
  const counts = new Map<string, NetworkCounts>();
  const people = new Map<string, Set<string>>();
  for (const { network, thread, people: names } of parts) {
    const known = people.get(`${network} ${thread}`) ?? new Set();
    for (const name of names) if (!isNobody(name)) known.add(name);
    people.set(`${network} ${thread}`, known);
  }
  for (const [key, names] of people) {
    const network = key.slice(0, key.indexOf(" "));
    const count = counts.get(network) ?? { threads: 0, threadsByName: new Map() };
    count.threads++;
    for (const name of names) count.threadsByName.set(name, (count.threadsByName.get(name) ?? 0) + 1);
    counts.set(network, count);
  }
  return counts;
}

function mostFrequent(
  threadsByName: Map<string, number>,
  threads: number,
  ownerElsewhere: string | undefined,
): string {
  if (ownerElsewhere !== undefined && threadsByName.has(ownerElsewhere)) return ownerElsewhere;
  const ranked = [...threadsByName].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const [first, second] = ranked;
  if (first !== undefined && threads > 1 && first[1] > (second?.[1] ?? 0)) return first[0];
  const candidates = ranked.filter(([, count]) => count === first?.[1]).map(([name]) => `"${name}"`);
  throw new UserError(
    `Whose export is this? ${candidates.slice(0, 6).join(" or ") || "Nobody"} could be you.`,
    {
      fix: `Say it: persona import … --persona ${candidates[0] ?? "NAME"}`,
    },
  );
}

function checkAsked(
  name: string,
  counts: Map<string, NetworkCounts>,
  known: { owner: string } | undefined,
): void {
  if (known !== undefined && known.owner === name) return;
  const everyone = [...counts.values()].flatMap(({ threadsByName }) => [...threadsByName.keys()]);
  if (everyone.includes(name)) return;
  const offers = closestNames(name, everyone).map((offer) => `"${offer}"`);
  throw new UserError(`Nobody in this export is called "${name}".`, {
    fix: offers.length > 0 ? `Did you mean ${offers.join(" or ")}?` : "Check the spelling in Messenger.",
  });
}
