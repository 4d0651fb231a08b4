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

/** What friends may see in place of words. Training leaves such messages out, so the persona hears of them and shows none. */
const shownWords = [
  "photo",
  "video",
  "gif",
  "audio",
  "voice message",
  "file",
  "sticker",
  "poll",
  "link",
  "forwarded",
] as const;

/** `[photo]`, or `[photo: a cat on a sofa]` where something is known of it. */
export function shownAs(word: (typeof shownWords)[number], title = ""): string {
  return title === "" ? `[${word}]` : `[${word}: ${title}]`;
}

export const shown = new RegExp(`\\[(?:${shownWords.join("|")})(?:: [^\\]\\n]*)?\\]`, "i");
