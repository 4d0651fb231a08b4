import { countryOfPhones } from "./options.ts";
import { createRedactor, readOwnRules } from "./redaction/index.ts";

/**
 * What counts the passages of a reply that a data set would have masked.
 *
 * A reply is read behind its context: an answer to "what is the code?" is a code.
 */
export function privateCounter({
  country,
  ownRules,
}: {
  country: string | null;
  /** The text of `redact.txt`. */
  ownRules: string;
}): (context: string[], bubbles: string[]) => number {
  const rules = { country: countryOfPhones(country), ownRules: readOwnRules(ownRules) };
  let count = 0;
  const redactor = createRedactor({ ...rules, onFound: () => count++ });
  return (context, bubbles) => {
    const redact = redactor.openConversation();
    context.forEach(redact);
    const before = count;
    bubbles.forEach(redact);
    return count - before;
  };
}
