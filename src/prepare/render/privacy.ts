import type { Message, MessageStore } from "../../handoffs/index.ts";
import type { TokenizerFiles } from "../../tokenizer/index.ts";
import { canonicalLabel } from "../../transcript/index.ts";
import { peopleOf } from "../names.ts";
import {
  createRedactor,
  idOfLabels,
  type Labels,
  labelPeople,
  MetWords,
  type NamesMet,
  nameMapOf,
  optedOutLabel,
  readOwnRules,
  withoutOptedOut,
} from "../redaction/index.ts";
import type { Settings } from "../settings.ts";

/** Everything that is done so that a data set holds no more of people than it must. */
export interface Privacy {
  /** A conversation as it may be learned from: values masked, names as the owner chose, nothing of who opted out. */
  apply(messages: Message[]): Message[];
  /** What a speaker is called; undefined for one whose name is itself a number, an address or a word of the owner's list. */
  labelOf(sender: string): string | undefined;
  /** A thread's title for the report, masked like a text: that of an unsaved contact is a number. */
  titleOf(title: string): string;
  /** Passages masked so far, by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Where names were looked for since the last call; undefined where names stay. */
  takeNamesMet(): NamesMet | undefined;
}

export interface PrivacyContext {
  settings: Pick<Settings, "persona" | "country" | "ownRules" | "optedOut">;
  labels: Labels;
}

export function createPrivacy({ settings, labels }: PrivacyContext): Privacy {
  const { persona, country, optedOut } = settings;
  const rules = { country, ownRules: readOwnRules(settings.ownRules) };
  const redactor = createRedactor(rules);
  // Apart from the one for texts: names are not counted among what was masked, and one says nothing of the next.
  const ofNames = createRedactor(rules);
  const redactName = (name: string) => ofNames.openConversation()(name);
  const met = labels && new MetWords(idOfLabels(labels));
  const names = nameMapOf(labels, persona, met);
  const silenced = new Set(optedOut);
  /** By sender: as many as there are people in the store. */
  const labelsMade = new Map<string, string | undefined>();

  const labelFor = (sender: string) => {
    if (sender === optedOutLabel) return sender;
    const label = names.label(sender);
    return redactName(label) === label ? canonicalLabel(label) : undefined;
  };

  return {
    counts: redactor.counts,
    takeNamesMet: () => met?.take(),
    titleOf: redactName,
    labelOf(sender) {
      if (!labelsMade.has(sender)) labelsMade.set(sender, labelFor(sender));
      return labelsMade.get(sender);
    },
    apply(messages) {
      const redact = redactor.openConversation();
      const allowed = withoutOptedOut(messages, silenced);
      // Who opted out is spoken to all the same.
      const people = labels === undefined ? [] : [...new Set(messages.map(({ sender }) => sender))];
      return allowed.map((message) => {
        if (message.kind !== "text") return message;
        const text = names.inText(redact(message.text.trim()), people);
        return text === message.text ? message : { ...message, text };
      });
    },
  };
}

/** What everybody in the store is called in a data set; undefined where names stay. */
export async function labelsFor(
  store: MessageStore,
  { realNames, persona }: Pick<Settings, "realNames" | "persona">,
  tokenizerFiles: TokenizerFiles,
): Promise<Labels> {
  if (realNames === "keep") return undefined;
  const tokenizer = await tokenizerFiles.load();
  const tokensOf = (text: string) => tokenizer.encode(text).length;
  return labelPeople({ mode: realNames, persona, people: peopleOf(store).toSorted(), tokensOf });
}
