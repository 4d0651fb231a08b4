import type { MessageStore, ShardManifest } from "../handoffs/index.ts";
import { canonicalLabel } from "../transcript/index.ts";
import { peopleOf } from "./names.ts";
import { labelsInDataSet } from "./render/index.ts";

/**
 * What a data set calls the people of the store, by their names; it holds no such list itself, as invented names are there
 * to hide who is who.
 */
export async function namesInDataSet(
  store: MessageStore,
  manifest: Pick<ShardManifest, "settings" | "persona">,
  tokenizerDirectory: string,
): Promise<Map<string, string>> {
  const labels = await labelsInDataSet(store, manifest, tokenizerDirectory);
  return new Map(peopleOf(store).map((name) => [name, canonicalLabel(labels?.get(name) ?? name)]));
}
