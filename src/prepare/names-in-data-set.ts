import type { MessageStore, ShardManifest } from "../handoffs/index.ts";
import { readTokenizerFiles } from "../tokenizer/index.ts";
import { canonicalLabel } from "../transcript/index.ts";
import { peopleOf } from "./names.ts";
import { labelsFor } from "./render/index.ts";
import { contentChoices } from "./settings.ts";

/**
 * What a data set calls the people of the store, by their names; it holds no such list itself, as invented names are there
 * to hide who is who.
 */
export async function namesInDataSet(
  store: MessageStore,
  { settings, persona }: Pick<ShardManifest, "settings" | "persona">,
  tokenizerDirectory: string,
): Promise<Map<string, string>> {
  const realNames = contentChoices.realNames.oneOf.find((kind) => kind === settings.realNames) ?? "keep";
  const named = { realNames, persona: String(settings.persona ?? persona) };
  const labels = await labelsFor(store, named, await readTokenizerFiles(tokenizerDirectory));
  return new Map(peopleOf(store).map((name) => [name, canonicalLabel(labels?.get(name) ?? name)]));
}
