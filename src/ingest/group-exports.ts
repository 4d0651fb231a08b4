/**
 * Which parts are of one export. Facebook hands large ones out as several zips; two people's, and the older and the newer of
 * one person, must not be taken for one.
 */
import type { Archive } from "./archives/index.ts";
import { type FoundPart, fullPath, isNobody } from "./formats/index.ts";
import { groupBy } from "./group-by.ts";
import { clearOwner, type NamedOwner, readOwnerFile } from "./people/index.ts";

/** A file that says whose export it is, and what it speaks for. */
interface Profile {
  archive: number;
  /** It speaks for what lies below. */
  folder: string;
  owner: NamedOwner;
}

const profileFile = /(?:personal_information|account_information|profile_information|messages)\/.*$/;

export function profilesIn({ entries }: Archive, archive: number): Profile[] {
  return entries.flatMap((entry) => {
    const owner = readOwnerFile(entry);
    return owner === undefined ? [] : [{ archive, folder: fullPath(entry).replace(profileFile, ""), owner }];
  });
}

/** What lies below one place, of one format: an export, or a part of one. */
interface Share {
  parts: FoundPart[];
  /** What shares of one export have in common: format, root, and whether they are zipped. */
  kind: string;
  keys: Set<string>;
  people: Set<string>;
  profile: NamedOwner | undefined;
  /** By its profile or its threads, as far as they tell. */
  owner: string | undefined;
}

/**
 * Shares of one kind are one export where they hold different parts and can be one person's.
 *
 * A profile speaks for its own export; for others of its network where its name takes part.
 */
export function groupIntoExports(
  parts: FoundPart[],
  profiles: Profile[],
): { parts: FoundPart[]; named: (NamedOwner | undefined)[] } {
  const exports: Share[] = [];
  for (const own of groupBy(parts, ({ archive, format, root }) => `${archive} ${format} ${root}`).values()) {
    const share = shareOf(own, profileOf(own, profiles));
    const at = exports.findIndex((known) => known.kind === share.kind && canBeOne(known, share));
    const known = exports[at];
    if (known === undefined) exports.push(share);
    else exports[at] = join(known, share);
  }
  const numbers = new Map(
    exports.flatMap(({ parts }, exportIndex) => parts.map((part) => [part, exportIndex] as const)),
  );
  return {
    parts: parts.map((part) => ({ ...part, exportIndex: numbers.get(part) as number })),
    named: exports.map((each) => each.profile ?? profileElsewhere(each, profiles)),
  };
}

function profileOf([first]: FoundPart[], profiles: Profile[]): NamedOwner | undefined {
  const own = profiles.filter(
    ({ archive, folder, owner }) =>
      archive === first?.archive && owner.network === first.network && first.root.startsWith(folder),
  );
  const account = own.flatMap(({ owner }) => owner.account);
  return own[0] && { ...own[0].owner, account: [...new Set(account)] };
}

function profileElsewhere({ parts: [first], people }: Share, profiles: Profile[]): NamedOwner | undefined {
  return profiles.find(({ owner }) => owner.network === first?.network && people.has(owner.name))?.owner;
}

function shareOf(parts: FoundPart[], profile: NamedOwner | undefined): Share {
  const [{ format, network, entry, root }] = parts as [FoundPart];
  const [inner] = /(?:your_[a-z_]+\/)?(?:messages\/)?$/.exec(root.slice(0, root.lastIndexOf("/") + 1)) ?? [];
  return {
    parts,
    kind: `${format} ${entry.packed === undefined} ${inner}`,
    keys: new Set(parts.map(keyOf)),
    people: new Set(parts.flatMap(({ people }) => people.filter((name) => !isNobody(name)))),
    profile,
    // Chats of WhatsApp call their owner now this, now that; groups alone may be ones that the owner has left.
    owner: network === "whatsapp" || parts.every(isGroup) ? profile?.name : clearOwner(parts, profile),
  };
}

function join(one: Share, other: Share): Share {
  return shareOf([...one.parts, ...other.parts], one.profile ?? other.profile);
}

function keyOf({ thread, section, order, item }: FoundPart): string {
  return `${thread} ${section} ${order} ${item ?? ""}`;
}

/** Whoever's share one is takes part in the other, if it tells who does. */
function canBeOne(one: Share, other: Share): boolean {
  if ([...other.keys].some((key) => one.keys.has(key))) return false;
  if (one.profile !== undefined && other.profile !== undefined && !isSame(one.profile, other.profile))
    return false;
  return takesPart(one.owner, other) && takesPart(other.owner, one);
}

function takesPart(owner: string | undefined, { parts, people, profile }: Share): boolean {
  if (owner === undefined || people.size === 0 || people.has(owner)) return true;
  return profile === undefined ? parts.every(isGroup) : profile.earlier.includes(owner);
}

function isGroup({ people }: FoundPart): boolean {
  return people.length > 2;
}

function isSame(one: NamedOwner, other: NamedOwner): boolean {
  return one.name === other.name || one.earlier.includes(other.name) || other.earlier.includes(one.name);
}
