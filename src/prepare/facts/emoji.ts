/** Emoji need a character from here on; most texts hold none, and the real pattern is slow. */
const mayHoldEmoji = /[\u203c-\u{1faff}]/u;
/** Stretches that may be emoji, keycaps and flags of regions included: people type the same ones again and again. */
const stretches = /(?:[0-9#*©®]?[\u200d\u203c-\u{1fffd}\u{e0020}-\u{e007f}])+/gu;
const known = new Map<string, string[]>();
const maxKnown = 5_000;

/** The recommended emoji, and pictures sent without their variation selector (`❤`). Signs such as © are letters here. */
const oneEmoji = String.raw`\p{RGI_Emoji}|(?![©®™])\p{Extended_Pictographic}`;
const allEmoji = new RegExp(oneEmoji, "gv");

/** Characters that are a picture only with a variation selector behind them, where nothing else makes them one. */
const wantsSelector = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;

/** The emoji of a text in order, each fully qualified: `❤` and `❤️` are one, and any client draws it as a picture. */
export function emojiIn(text: string): string[] {
  if (!mayHoldEmoji.test(text)) return [];
  return (text.match(stretches) ?? []).flatMap((stretch) => {
    const found = known.get(stretch) ?? emojiInStretch(stretch);
    if (known.size >= maxKnown) known.clear();
    known.set(stretch, found);
    return found;
  });
}

function emojiInStretch(stretch: string): string[] {
  return (stretch.match(allEmoji) ?? []).map((found) =>
    withoutSelectors(found).replace(wantsSelector, "$&\ufe0f"),
  );
}

/** Text without the characters that choose between picture and letter. */
export function withoutSelectors(text: string): string {
  return text.replaceAll("\ufe0f", "");
}
