import { closestNames } from "../closest-names.ts";
import { UserError } from "../errors.ts";
import { repairMojibake } from "./mojibake.ts";

const profileFile = /(?:^|\/)profile_information\/profile_information\.json$/;
const autofillFile = /(?:^|\/)messages\/autofill_information\.json$/;

/** True for a file that may name the owner of the export. */
export function isOwnerFile(entryPath: string): boolean {
  return profileFile.test(entryPath) || autofillFile.test(entryPath);
}

/** The owner's name in a profile or autofill file; undefined where it has none. */
export function readOwnerFile(bytes: Buffer): string | undefined {
  try {
    const json = JSON.parse(bytes.toString("utf8"));
    const profile = json.profile_v2 ?? json.profile;
    const name = profile?.name?.full_name ?? json.autofill_information_v2?.FULL_NAME?.[0];
    return typeof name === "string" && name !== "" ? repairMojibake(name).normalize("NFC") : undefined;
  } catch {
    return undefined;
  }
}

/** In how many threads each name takes part. */
export type NameCounts = Map<string, number>;

/**
 * Whose export it is.
 *
 * A name in most threads is the owner's: everyone else is in a few. With one thread, or a tie, that cannot be known.
 */
export function findOwner({
  asked,
  named,
  threadsByName,
  threads,
}: {
  /** With `--persona`. */
  asked: string | undefined;
  /** By a file of the export, or by an earlier import. */
  named: string | undefined;
  threadsByName: NameCounts;
  threads: number;
}): string {
  if (asked !== undefined) return findAsked(asked, threadsByName);
  if (named !== undefined) return named;

  const ranked = [...threadsByName].sort((a, b) => b[1] - a[1]);
  const [first, second] = ranked;
  if (first !== undefined && threads > 1 && first[1] > (second?.[1] ?? 0)) return first[0];
  const candidates = ranked.filter(([, count]) => count === first?.[1]).map(([name]) => `"${name}"`);
  throw new UserError(`Whose export is this? ${candidates.slice(0, 6).join(" or ")} could be you.`, {
    fix: `Say it: persona import … --persona ${candidates[0] ?? "NAME"}`,
  });
}

function findAsked(asked: string, threadsByName: NameCounts): string {
  const name = asked.normalize("NFC").trim();
  if (threadsByName.has(name)) return name;
  const [closest, ...others] = closestNames(name, threadsByName.keys());
  const offers = [closest, ...others].filter((offer) => offer !== undefined).map((offer) => `"${offer}"`);
  throw new UserError(`Nobody in this export is called "${name}".`, {
    fix: offers.length > 0 ? `Did you mean ${offers.join(" or ")}?` : "Check the spelling in Messenger.",
  });
}
