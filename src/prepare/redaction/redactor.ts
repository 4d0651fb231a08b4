import { type Finder, type Finding, type RedactedKind, united } from "./findings.ts";
import { type FoldedText, foldText, hidden, unfolded } from "./folded-text.ts";
import type { OwnRule } from "./own-rules.ts";
import { countryOfLocale, readCountry } from "./phones.ts";
import { createSearches } from "./searches.ts";
import { Signal, signalsOf } from "./signals.ts";

export interface RedactionOptions {
  /** Where telephone numbers without a country code are from, ISO 3166 alpha-2; default: the country of this computer's locale. */
  country?: string | undefined;
  ownRules?: OwnRule[];
}

export interface Redactor {
  /**
   * Starts a conversation. What it returns redacts one text after the other, oldest first; equal values get equal
   * placeholders ("[phone]", another number "[phone 2]"), and a text that was redacted before comes back unchanged.
   */
  openConversation(): (text: string) => string;
  /** How often something was replaced, by kind; never what. Plain JSON, merged by adding. */
  readonly counts: Record<string, number>;
}

/** Texts after which a bubble may be the answer to "what is the password?". */
const textsThatMayAnswer = 3;
/** What is left after a replacement is looked at again: a digit may have hidden its neighbours. */
const mostRounds = 8;

/** @throws {UserError} when the country is unknown. */
export function createRedactor({ country, ownRules = [] }: RedactionOptions = {}): Redactor {
  const lookAt = createSearches(readCountry(country ?? countryOfLocale()), ownRules);
  const counts: Record<string, number> = {};
  return {
    counts,
    openConversation() {
      const nameOf = placeholders(counts);
      let mayAnswer = 0;
      return (text) => {
        const look = lookAt(text, mayAnswer > 0);
        mayAnswer = look.mentionsSecret ? textsThatMayAnswer : Math.max(0, mayAnswer - 1);
        return look.finders.length === 0 ? text : redact(text, look.finders, nameOf);
      };
    },
  };
}

/** Runs the searches until none finds anything, so that a second redaction has nothing left to do. */
function redact(
  text: string,
  finders: Finder[],
  nameOf: (finding: Finding, words: string) => string,
): string {
  let current = text;
  for (let round = 0; round < mostRounds; round++) {
    const next = redactOnce(current, finders, nameOf);
    if (next === current) break;
    current = next;
  }
  return current;
}

function redactOnce(
  text: string,
  finders: Finder[],
  nameOf: (finding: Finding, words: string) => string,
): string {
  const folded = (signalsOf(text) & Signal.disguise) === 0 ? unfolded(text) : foldText(text);
  const findings = findAll(hidePlaceholders(folded.text), finders);
  return findings.length === 0 ? text : replaceAll(text, folded, findings, nameOf);
}

/** What one search has found is out of the next one's sight. */
function findAll(text: string, finders: Finder[]): Finding[] {
  const all: Finding[] = [];
  let visible = text;
  for (const find of finders) {
    const found = united(find(visible)).flatMap((finding) => visibleParts(visible, finding));
    if (found.length === 0) continue;
    all.push(...found);
    visible = hide(visible, found);
  }
  return all.sort((a, b) => a.start - b.start);
}

/** An owner's regexp may reach across what is hidden; what it found around that still goes. */
function visibleParts(text: string, finding: Finding): Finding[] {
  const words = text.slice(finding.start, finding.end);
  if (!words.includes(hidden)) return [finding];
  return [...words.matchAll(/[^\uffff]+/g)]
    .filter(([part]) => part.trim() !== "")
    .map(({ 0: part, index }) => {
      const start = finding.start + index;
      return { kind: finding.kind, start, end: start + part.length };
    });
}

function hide(text: string, findings: Finding[]): string {
  const pieces: string[] = [];
  let position = 0;
  for (const { start, end } of findings) {
    pieces.push(text.slice(position, start), hidden.repeat(end - start));
    position = end;
  }
  return pieces.join("") + text.slice(position);
}

function replaceAll(
  typed: string,
  folded: FoldedText,
  findings: Finding[],
  nameOf: (finding: Finding, words: string) => string,
): string {
  const pieces: string[] = [];
  let position = 0;
  for (const finding of findings) {
    pieces.push(typed.slice(position, folded.toTyped(finding.start)));
    pieces.push(nameOf(finding, folded.text.slice(finding.start, finding.end)));
    position = folded.toTyped(finding.end);
  }
  return pieces.join("") + typed.slice(position);
}

const wordOf: Record<RedactedKind, string> = {
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
const placeholder = new RegExp(`\\[(?:message|${Object.values(wordOf).join("|")})(?: \\d{1,9})?\\]`, "g");

function hidePlaceholders(text: string): string {
  return text.includes("[") ? text.replace(placeholder, (found) => hidden.repeat(found.length)) : text;
}

/** Placeholders of one conversation. Values live as long as it does, and nowhere else. */
function placeholders(counts: Record<string, number>): (finding: Finding, words: string) => string {
  const numbers = new Map<RedactedKind, Map<string, number>>();
  return ({ kind, identity }, words) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
    const known = numbers.get(kind) ?? new Map<string, number>();
    numbers.set(kind, known);
    const value = identity ?? words.toLowerCase();
    const number = known.get(value) ?? known.size + 1;
    known.set(value, number);
    return number === 1 ? `[${wordOf[kind]}]` : `[${wordOf[kind]} ${number}]`;
  };
}
