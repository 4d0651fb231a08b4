import type { MessageStore } from "../handoffs/index.ts";
import { isText, openThread } from "./conversations/index.ts";
import { countryOfPhones } from "./options.ts";
import { createRedactor, type RedactedKind, readOwnRules } from "./redaction/index.ts";
import type { Settings } from "./settings.ts";

/** A passage that a data set masks, and how often it stands in the store. */
export interface MaskedValue {
  kind: RedactedKind;
  words: string;
  count: number;
}

export async function searchForMasked(
  store: MessageStore,
  { country, ownRules }: Pick<Settings, "country" | "ownRules">,
): Promise<MaskedValue[]> {
  const values = new Map<string, MaskedValue>();
  const redactor = createRedactor({
    country: countryOfPhones(country),
    ownRules: readOwnRules(ownRules),
    onFound({ kind, words }) {
      const value = values.get(`${kind} ${words}`) ?? { kind, words, count: 0 };
      value.count++;
      values.set(`${kind} ${words}`, value);
    },
  });
  for (const thread of store.threads) {
    const redact = redactor.openConversation();
    const batches = await openThread(store, thread, 0);
    for await (const batch of batches())
      for (const message of batch) if (isText(message)) redact(message.text);
  }
  return [...values.values()].sort((a, b) => b.count - a.count);
}
