import { type PlaceholderWord, placeholder } from "../../transcript/index.ts";
import type { Finding, RedactedKind } from "./findings.ts";
import { hidden } from "./folded-text.ts";

/** One replacement. Its words are private. */
export interface Replaced {
  kind: RedactedKind;
  /** As they were typed. */
  words: string;
  placeholder: string;
}

/** The placeholder of a finding, given its words as they were read and as they were typed. */
export type PlaceholderFor = (finding: Finding, words: { read: string; typed: string }) => string;

/** Placeholders of one conversation, numbered by value. Values live as long as it does, and nowhere else. */
export function createPlaceholders(onReplaced: (replaced: Replaced) => void): PlaceholderFor {
  const numbers = new Map<RedactedKind, Map<string, number>>();
  return ({ kind, identity }, { read, typed }) => {
    const known = numbers.get(kind) ?? new Map<string, number>();
    numbers.set(kind, known);
    const value = identity ?? read.toLowerCase();
    const number = known.get(value) ?? known.size + 1;
    known.set(value, number);
    const placeholder = number === 1 ? `[${wordOf[kind]}]` : `[${wordOf[kind]} ${number}]`;
    onReplaced({ kind, words: typed, placeholder });
    return placeholder;
  };
}

const wordOf: Record<RedactedKind, PlaceholderWord> = {
  phone: "phone",
  email: "email",
  link: "link",
  card: "card",
  bank: "bank",
  address: "address",
  ip: "ip",
  code: "code",
  password: "password",
  number: "number",
  own: "private",
};

/** Puts placeholders out of the searches' sight: nothing in them is found, and nothing across them. */
export function hidePlaceholders(text: string): string {
  return text.includes("[") ? text.replace(placeholder, (found) => hidden.repeat(found.length)) : text;
}
