/**
 * Tells Messenger's own sentences ("Ana sent a photo.") from words that a person wrote.
 *
 * Only a whole sentence counts, and only with an actor that fits: the sender's own name, or `You` when the sender is the
 * owner. In doubt a text stays text: a wrong guess in that direction costs a line, in the other a friend's words.
 */
import type { MessageKind } from "../../../handoffs/index.ts";
import { firstName } from "./sentence.ts";
import {
  endings,
  ownerActors,
  predicates,
  predicatesElsewhere,
  unknownActors,
  wholeSentences,
} from "./service-wording.ts";

interface Author {
  sender: string;
  isOwner: boolean;
}

/** Group names and plans stand inside sentences, so these may be long, but not as long as stories. */
const longest = 600;
const sentences = new RegExp(`^(?:${wholeSentences.join("|")})[.]?$`, "su");
const predicate = new RegExp(`^(?:${[...predicates, ...predicatesElsewhere].join("|")})[.]?$`, "su");
let predicateElsewhere: RegExp | undefined;
/** Looking at the end first spares all other texts the search. */
const lastWords = ["mode", "updates", "see it"];
const lastUnits = new Set(lastWords.map((word) => word.charCodeAt(word.length - 1)));
/** The first letters of every whole sentence: looking at them spares most texts the search. */
const prefixLength = 3;
const prefixes = new Set(
  wholeSentences.flatMap((sentence) => expandStart(sentence)).map((start) => start.slice(0, prefixLength)),
);
const firstUnits = new Set([...prefixes].map((prefix) => prefix.charCodeAt(0)));
const dot = 0x2e;

/** True for a sentence that Messenger wrote in the sender's name. */
export function isServiceText(text: string, author: Author): boolean {
  if (text.length > longest) return false;
  if (mayBeWholeSentence(text) && sentences.test(text)) return true;
  const start = predicateStart(text, author);
  if (start > 0 && predicate.test(text.slice(start))) return true;
  return endsWithLastWord(text) && endings.some((ending) => ending.test(text));
}

/** The language of a sentence that Messenger wrote. */
export function languageOfServiceText(text: string, author: Author): "English" | "another" | undefined {
  if (!isServiceText(text, author)) return undefined;
  predicateElsewhere ??= new RegExp(`^(?:${predicatesElsewhere.join("|")})[.]?$`, "su");
  return predicateElsewhere.test(text.slice(predicateStart(text, author))) ? "another" : "English";
}

function mayBeWholeSentence(text: string): boolean {
  return firstUnits.has(text.charCodeAt(0)) && prefixes.has(text.slice(0, prefixLength));
}

function endsWithLastWord(text: string): boolean {
  const end = endsInDot(text) ? text.length - 1 : text.length;
  return lastUnits.has(text.charCodeAt(end - 1)) && lastWords.some((word) => text.endsWith(word, end));
}

function endsInDot(text: string): boolean {
  return text.charCodeAt(text.length - 1) === dot;
}

/** Where the predicate begins behind an actor who fits; 0 where there is none. */
function predicateStart(text: string, { sender, isOwner }: Author): number {
  const first = text.charCodeAt(0);
  if (first === sender.charCodeAt(0)) {
    if (startsWithWord(text, sender)) return sender.length + 1;
    const name = firstName(sender);
    if (startsWithWord(text, name)) return name.length + 1;
  }
  if (isOwner) for (const actor of ownerActors) if (startsWithWord(text, actor)) return actor.length + 1;
  for (const actor of unknownActors)
    if (startsWithWord(text, actor)) return endsInDot(text) || pollAtEnd.test(text) ? actor.length + 1 : 0;
  return 0;
}

/** What a poll asks ends as it was typed. */
const pollAtEnd = / in the poll: .+[?!]$/su;

function startsWithWord(text: string, word: string): boolean {
  return word !== "" && text.charCodeAt(word.length) === 0x20 && text.startsWith(word);
}

/** `(?:New m|M)essages` begins with `New m` or with `Messages`; every other sentence with itself. */
function expandStart(sentence: string): string[] {
  const [, alternatives, rest = ""] = /^\(\?:([^)]+)\)(.*)$/s.exec(sentence) ?? [];
  return alternatives?.split("|").map((alternative) => alternative + rest) ?? [sentence];
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
  if (text.charCodeAt(0) !== sender.charCodeAt(0) || text.length > longest || !endsInDot(text)) return false;
  return startsWithWord(text, firstName(sender));
}
