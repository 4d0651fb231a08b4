/**
 * Tells Messenger's own sentences ("Ana sent a photo.") from words that a person wrote.
 *
 * Only a whole sentence counts, and only with an actor that fits: the sender's own name, or `You` when the sender is the
 * owner. In doubt a text stays text: a wrong guess in that direction costs a line, in the other a friend's words.
 */
import type { MessageKind } from "../handoffs.ts";
import { ownerActors, predicates, quietMode, unknownActors, wholeSentences } from "./service-wording.ts";

export interface Author {
  sender: string;
  isOwner: boolean;
}

/** Group names and plans stand inside sentences, so these may be long, but not as long as stories. */
const longest = 600;
const sentences = new RegExp(`^(?:${wholeSentences.join("|")})[.]?$`, "su");

/** True for a sentence that Messenger wrote in the sender's name. */
export function isServiceText(text: string, { sender, isOwner }: Author): boolean {
  if (text.length > longest) return false;
  const first = text.charCodeAt(0);
  const isCapital = first >= 0x41 && first <= 0x5a;
  if (isCapital && (sentences.test(text) || quietMode.test(text))) return true;
  return (isCapital || first === sender.charCodeAt(0)) && patternFor(sender, isOwner).test(text);
}

/** What a sentence of Messenger's stands in place of. */
export function serviceKind(
  text: string,
  { hasMedia, hasLink, hasSticker }: { hasMedia: boolean; hasLink: boolean; hasSticker: boolean },
): MessageKind {
  if (hasSticker) return "sticker";
  if (hasMedia) return "media";
  if (hasLink) return "share";
  const isReaction = /^(?:Liked a message|(?:.{0,80} r|R)eacted .{1,16} to your message)/su.test(text);
  return isReaction ? "reaction" : "service";
}

/** True for a text that speaks of its own sender by name and ends in a dot, as Messenger does and people hardly do. */
export function mayBeServiceText(text: string, sender: string): boolean {
  if (text.charCodeAt(0) !== sender.charCodeAt(0) || text.length > longest || !text.endsWith("."))
    return false;
  return text.startsWith(`${firstName(sender)} `);
}

/** The patterns of those who wrote last: a thread has a few, an archive thousands. */
const patterns = new Map<string, RegExp>();
const mostPatterns = 500;

function patternFor(sender: string, isOwner: boolean): RegExp {
  const key = isOwner ? `${sender}\u0000` : sender;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  if (patterns.size >= mostPatterns) patterns.clear();
  const pattern = createPattern(sender, isOwner);
  patterns.set(key, pattern);
  return pattern;
}

function createPattern(sender: string, isOwner: boolean): RegExp {
  const names = [...new Set([sender, firstName(sender)])].filter((name) => name !== "").map(escapePattern);
  const actors = [...names, ...unknownActors, ...(isOwner ? ownerActors : [])];
  return new RegExp(`^(?:${actors.join("|")}) (?:${predicates.join("|")})[.]?$`, "su");
}

function firstName(name: string): string {
  return name.split(" ", 1)[0] ?? name;
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
