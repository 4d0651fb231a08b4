import { isSameName } from "../closest-names.ts";
import { listRuns, type MessageStore, readRunManifest, type ShardManifest } from "../handoffs/index.ts";
import type { Workspace } from "../workspace.ts";
import { spellingsInStore } from "./names.ts";
import { type PrivacyChoices, sha256OfRules } from "./settings.ts";
import { manifestsInShards } from "./shards/index.ts";

/** A data set that was made with other choices about privacy than are made now. */
interface OutdatedDataset {
  id: string;
  /** What `persona.json` and its files call those choices. */
  changed: string[];
  /** Whether it lies there still, or only runs were made of it. */
  isInShards: boolean;
}

export async function findDatasetsOfOtherPrivacy(
  workspace: Workspace,
  { settings }: Pick<ShardManifest, "settings">,
  store: MessageStore,
): Promise<OutdatedDataset[]> {
  const inShards = [...(await manifestsInShards(workspace)).values()];
  const manifests = [...inShards, ...(await manifestsOfRuns(workspace))];
  const byId = new Map(manifests.map((manifest) => [manifest.id, manifest]));
  return [...byId.values()]
    .map((manifest) => ({
      id: manifest.id,
      changed: changedPrivacy(manifest, settings, store),
      isInShards: inShards.some(({ id }) => id === manifest.id),
    }))
    .filter(({ changed }) => changed.length > 0)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Which choices about privacy a data set was made with that are others now; those that are not given are not compared.
 *
 * @param store Tells people who changed their names or were forgotten since from others.
 */
export function changedPrivacy(
  { settings: made }: Pick<ShardManifest, "settings">,
  now: Partial<PrivacyChoices>,
  store?: MessageStore,
): string[] {
  const people = (names: unknown) => peopleOf(names, store);
  const isSame = (choice: keyof PrivacyChoices) =>
    choice === "optedOut"
      ? isSamePeople(people(made.optedOut), people(now.optedOut))
      : made[choice] === now[choice];
  return (Object.keys(wordsFor) as (keyof PrivacyChoices)[])
    .filter((choice) => choice in made && now[choice] !== undefined && !isSame(choice))
    .map((choice) => wordsFor[choice]);
}

/** What `persona.json` and its files call each choice. */
const wordsFor: Record<keyof PrivacyChoices, string> = {
  optedOut: "optedOut",
  ownRulesSha256: "redact.txt",
  country: "country",
};

/** What is chosen now, where nothing is prepared: what is not chosen here may be another machine's to choose. */
export function privacyChosen({
  optedOut,
  ownRules,
  country,
}: {
  optedOut: string[];
  ownRules: string;
  country: string | null;
}): Partial<PrivacyChoices> {
  return {
    optedOut,
    ...(ownRules !== "" && { ownRulesSha256: sha256OfRules(ownRules) }),
    ...(country !== null && { country }),
  };
}

function peopleOf(names: unknown, store: MessageStore | undefined): string[] {
  const listed = Array.isArray(names) ? names.map(String) : [];
  return store === undefined ? listed : spellingsInStore(listed, store);
}

function isSamePeople(some: string[], others: string[]): boolean {
  const areAmong = (names: string[], all: string[]) =>
    names.every((name) => all.some((other) => isSameName(name, other)));
  return areAmong(some, others) && areAmong(others, some);
}

async function manifestsOfRuns(workspace: Workspace): Promise<ShardManifest[]> {
  const runs = await listRuns(workspace);
  // A damaged manifest is told where it is used.
  const read = runs.map(({ id }) => readRunManifest(workspace, id).catch(() => undefined));
  return (await Promise.all(read)).filter((manifest) => manifest !== undefined);
}
