import type { MessageStore } from "../handoffs/index.ts";
import type { MaskedValue } from "./search-for-masked.ts";
import type { Settings } from "./settings.ts";

/**
 * Every different passage of the store that would be masked, the most frequent first: for the owner's eyes, never for a
 * file or log.
 */
export async function findMaskedValues(
  store: MessageStore,
  settings: Pick<Settings, "country" | "ownRules">,
): Promise<MaskedValue[]> {
  // The searches take long to load, and most of what reads this file does not search.
  const { searchForMasked } = await import("./search-for-masked.ts");
  return searchForMasked(store, settings);
}
