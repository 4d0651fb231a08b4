/** Whether a text has a link or an invite in it, as chats show them: a persona that writes one has made it up. */
export function hasLink(text: string): boolean {
  return link.test(text.normalize("NFKC").replace(/\p{Cf}/gu, ""));
}

/** A text whose links are seen as `shown`; where they are spelt so that they cannot be found in it, all of it is. */
export function withoutLinks(text: string, shown: string): string {
  const seen = text.replace(new RegExp(`(?<!\\S)\\S*?(?:${link.source})\\S*`, "giu"), () => shown);
  return hasLink(seen) ? shown : seen;
}

const link =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/\S|\bwww\.[^\s.]+\.\S|\b(?:discord\s*\.\s*(?:gg|me|io|li)|discord(?:app)?\s*\.\s*com\s*\/\s*invite|dsc\s*\.\s*gg)\s*\/\s*\w/i;
