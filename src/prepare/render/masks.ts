import type { MessageStore, ShardManifest } from "../../handoffs/index.ts";
import { readTokenizerFiles } from "../../tokenizer/index.ts";
import { canonicalLabel } from "../../transcript/index.ts";
import { createRedactor, type Labels, nameMapOf, readOwnRules } from "../redaction/index.ts";
import { contentChoices } from "../settings.ts";
import { labelsFor } from "./privacy.ts";

interface MaskSources {
  /** The owner's list of what must never be learned. */
  ownRules: string;
  /** Tells whose names a data set replaced; without it, names in texts stay. */
  store: MessageStore | undefined;
  tokenizerDirectory: string;
}

/** Masks one text of a conversation after the other; `speakers` are the labels of those who have spoken in it. */
type Mask = (words: string, speakers: string[]) => string;

/**
 * What people write to a model, as its data set shows such words: values masked, names replaced where those are.
 *
 * What it returns opens the masks of one conversation. Undefined for a data set that was made before anything was masked.
 */
export async function masksOfDataSet(
  manifest: Pick<ShardManifest, "settings" | "persona" | "redactions">,
  { ownRules, store, tokenizerDirectory }: MaskSources,
): Promise<(() => Mask) | undefined> {
  if (manifest.redactions === undefined) return undefined;
  const country = typeof manifest.settings.country === "string" ? manifest.settings.country : null;
  const redactor = createRedactor({ country, ownRules: readOwnRules(ownRules) });
  const labels = store && (await labelsInDataSet(store, manifest, tokenizerDirectory));
  const names = nameMapOf(labels, personaOf(manifest));
  const peopleBy = peopleByLabel(labels);
  return () => {
    const redact = redactor.openConversation();
    return (words, speakers) => names.inText(redact(words.trim()), speakers.flatMap(peopleBy));
  };
}

/** What a data set calls everybody in the store; undefined where names stay. */
export async function labelsInDataSet(
  store: MessageStore,
  manifest: Pick<ShardManifest, "settings" | "persona">,
  tokenizerDirectory: string,
): Promise<Labels> {
  const realNames =
    contentChoices.realNames.oneOf.find((kind) => kind === manifest.settings.realNames) ?? "keep";
  const named = { realNames, persona: personaOf(manifest) };
  return labelsFor(store, named, await readTokenizerFiles(tokenizerDirectory));
}

function personaOf({ settings, persona }: Pick<ShardManifest, "settings" | "persona">): string {
  return String(settings.persona ?? persona);
}

function peopleByLabel(labels: Labels): (label: string) => string[] {
  const people = new Map<string, string[]>();
  for (const [name, label] of labels ?? []) {
    const key = canonicalLabel(label);
    people.set(key, [...(people.get(key) ?? []), name]);
  }
  return (label) => people.get(label) ?? [];
}
