/** What stands in training text in place of what was masked, without its brackets. */
const placeholderWords = [
  "message",
  "phone",
  "email",
  "link",
  "card",
  "bank",
  "address",
  "ip",
  "code",
  "password",
  "number",
  "private",
] as const;
export type PlaceholderWord = (typeof placeholderWords)[number];

/** `[phone]`, and `[phone 2]` of another one in the same conversation. */
export const placeholder = new RegExp(`\\[(?:${placeholderWords.join("|")})(?: \\d{1,9})?\\]`, "g");
