import type { EarlierName } from "./earlier-names.ts";
import { createForgotten } from "./forgotten.ts";
import type { Tombstone } from "./records.ts";
import { normalise } from "./tombstone.ts";

/** What whoever had a name before is called now: nothing, once they are forgotten. Undefined for a name that nobody had. */
export function createNamesNow(
  earlierNames: EarlierName[],
  tombstones: Tombstone[],
): (name: string) => string[] | undefined {
  const everywhere = tombstones.map(({ thread: _, ...tombstone }) => tombstone);
  const forgotten = createForgotten(everywhere)("");
  return (name) => {
    const names = earlierNames.filter(({ from }) => normalise(from) === normalise(name));
    if (names.length > 0) return [...new Set(names.map(({ to }) => to))];
    return forgotten.has(name) ? [] : undefined;
  };
}
