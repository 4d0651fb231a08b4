import { createHash } from "node:crypto";
import { dataSetChoices, prepareRequest, type Settled } from "../choices/index.ts";
import { withoutComments } from "./redaction/index.ts";

/** Choices that decide about the content of a data set, in the order in which its id follows from them. */
export const contentChoices = { rendering: prepareRequest.rendering, ...dataSetChoices };

/** What is to be made, with nothing left open. Lists of names compare without regard to case. */
export interface Settings extends Readonly<Settled<typeof contentChoices>> {
  /** IANA name of the zone that the report's hours are in. */
  readonly timeZone: string;
  /** Conversations of the persona to use at most of each thread, the newest, for a quick trial. */
  readonly maxConversations: number | null;
  /** Whose voice to learn. */
  readonly persona: string;
  /** The owner's list of what must never be learned: the text of `redact.txt`. */
  readonly ownRules: string;
  /** Where `tokenizer.json` lies. */
  readonly tokenizerDirectory: string;
  /** What that tokeniser is called in the manifest. */
  readonly tokenizerName: string;
  /** Ids of a tokeniser to be trained on this data set's own text, whose tokens then take the place of the other's. */
  readonly trainTokenizer: number | null;
  /** Whether the report calls people by their names: it is for the owner alone. */
  readonly showNames: boolean;
  /** Counts everything and leaves nothing on disk. */
  readonly dryRun: boolean;
}

/** What a manifest says of the settings. A data set's id and the names of segments follow from it in this order. */
export function recordedSettings(settings: Settings) {
  const { ownRules, tokenizerDirectory, tokenizerName, trainTokenizer, showNames, dryRun, ...recorded } =
    settings;
  // The words of the owner's list are in no file of a data set.
  return { ...recorded, ownRulesSha256: sha256OfRules(ownRules) };
}

export function sha256OfRules(ownRules: string): string {
  return createHash("sha256").update(withoutComments(ownRules)).digest("hex");
}

/** Whose words, and which values, are too private to be learned. */
export interface PrivacyChoices {
  optedOut: readonly string[];
  ownRulesSha256: string;
  country: string | null;
}

export function privacyOf(settings: Settings): PrivacyChoices {
  const { optedOut, ownRulesSha256, country } = recordedSettings(settings);
  return { optedOut, ownRulesSha256, country };
}
