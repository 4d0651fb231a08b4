import type { Message, MessageStore } from "../handoffs.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { canonicalLabel } from "../transcript.ts";
import type { Settings } from "./options.ts";
import {
  createNameMap,
  createRedactor,
  optedOutLabel,
  readOwnRules,
  withoutOptedOut,
} from "./redaction/index.ts";

/** Everything that is done so that a data set holds no more of people than it must. */
export interface Privacy {
  /** A conversation as it may be learned from: values masked, names as the owner chose, nothing of who opted out. */
  apply(messages: Message[]): Message[];
  labelOf(sender: string): string;
  /** Passages masked so far, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface PrivacyContext {
  store: MessageStore;
  settings: Settings;
  /** The owner's `redact.txt`. */
  ownRules: string;
  tokenizer: Tokenizer;
}

export function createPrivacy({ store, settings, ownRules, tokenizer }: PrivacyContext): Privacy {
  const redactor = createRedactor({
    country: settings.country ?? undefined,
    ownRules: readOwnRules(ownRules, "redact.txt"),
  });
  const names = createNameMap({
    mode: settings.realNames,
    persona: settings.persona,
    people: peopleOf(store),
    tokensOf: (text) => tokenizer.encode(text).length,
  });
  const optedOut = new Set(settings.optedOut);

  return {
    counts: redactor.counts,
    labelOf: (sender) => (sender === optedOutLabel ? sender : canonicalLabel(names.label(sender))),
    apply(messages) {
      const redact = redactor.openConversation();
      const allowed = withoutOptedOut(messages, optedOut);
      const people = settings.realNames === "keep" ? [] : [...new Set(allowed.map(({ sender }) => sender))];
      return allowed.map((message) => {
        if (message.kind !== "text") return message;
        const text = names.inText(redact(message.text.trim()), people);
        return text === message.text ? message : { ...message, text };
      });
    },
  };
}

/** Everybody who took part in a thread of the store. */
export function peopleOf(store: MessageStore): string[] {
  return [...new Set(store.threads.flatMap(({ people }) => people.map(({ name }) => name)))];
}
