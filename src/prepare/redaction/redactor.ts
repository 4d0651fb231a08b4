import { type Finder, type Finding, united } from "./findings.ts";
import { type FoldedText, foldText, hidden, unfolded } from "./folded-text.ts";
import { readCountry } from "./numbers/index.ts";
import type { OwnRule } from "./own-rules.ts";
import { createPlaceholders, hidePlaceholders, type PlaceholderFor, type Replaced } from "./placeholders.ts";
import { createSearches } from "./searches.ts";
import type { Secret } from "./secrets/index.ts";
import { Signal, signalsOf } from "./signals.ts";

interface RedactionOptions {
  /** Where telephone numbers without a country code are from, ISO 3166 alpha-2. */
  country?: string | null | undefined;
  ownRules?: OwnRule[];
  /** Told what is replaced as it was typed: to show it to the owner, never for a log or file. */
  onFound?: (replaced: Replaced) => void;
}

interface Redactor {
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
const maxRounds = 8;

/** @throws {UserError} when the country is unknown. */
export function createRedactor({ country, ownRules = [], onFound }: RedactionOptions = {}): Redactor {
  const lookAt = createSearches(readCountry(country ?? undefined), ownRules);
  const counts: Record<string, number> = {};
  const found = (replaced: Replaced) => {
    counts[replaced.kind] = (counts[replaced.kind] ?? 0) + 1;
    onFound?.(replaced);
  };
  return {
    counts,
    openConversation() {
      const placeholderFor = createPlaceholders(found);
      let mayAnswer = 0;
      let asked: Secret | undefined;
      return (text) => {
        const look = lookAt(text, mayAnswer > 0 ? asked : undefined);
        mayAnswer = look.spokenOf !== undefined ? textsThatMayAnswer : Math.max(0, mayAnswer - 1);
        asked = look.spokenOf ?? asked;
        return look.finders.length === 0 ? text : redact(text, look.finders, placeholderFor);
      };
    },
  };
}

/** Runs the searches until none finds anything, so that a second redaction has nothing left to do. */
function redact(text: string, finders: Finder[], placeholderFor: PlaceholderFor): string {
  let current = text;
  for (let round = 0; round < maxRounds; round++) {
    const next = redactOnce(current, finders, placeholderFor);
    if (next === current) break;
    current = next;
  }
  return current;
}

function redactOnce(text: string, finders: Finder[], placeholderFor: PlaceholderFor): string {
  const folded = (signalsOf(text) & Signal.disguise) === 0 ? unfolded(text) : foldText(text);
  const findings = findAll(hidePlaceholders(folded.text), finders);
  return findings.length === 0 ? text : replaceAll(text, folded, findings, placeholderFor);
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
  placeholderFor: PlaceholderFor,
): string {
  const pieces: string[] = [];
  let position = 0;
  for (const finding of findings) {
    const start = folded.toTyped(finding.start);
    const end = folded.toTyped(finding.end);
    const words = { read: folded.text.slice(finding.start, finding.end), typed: typed.slice(start, end) };
    pieces.push(typed.slice(position, start), placeholderFor(finding, words));
    position = end;
  }
  return pieces.join("") + typed.slice(position);
}
