/** Emoji need a character from here on; most texts hold none, and the real pattern is slow. */
const mayHoldEmoji = /[\u203c-\u{1faff}]/u;

/** The recommended emoji, and pictures sent without their variation selector (`❤`). Signs such as © are letters here. */
const oneEmoji = String.raw`\p{RGI_Emoji}|(?![©®™])\p{Extended_Pictographic}`;
const allEmoji = new RegExp(oneEmoji, "gv");

/** The emoji of a text in order, each without variation selectors, so that ❤ and ❤️ are one. */
export function emojiIn(text: string): string[] {
  if (!mayHoldEmoji.test(text)) return [];
  return (text.match(allEmoji) ?? []).map((found) => found.replaceAll("\ufe0f", ""));
}
