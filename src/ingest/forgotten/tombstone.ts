import { createHash, randomBytes } from "node:crypto";
import { nameLetters, wordsOf } from "./name-letters.ts";
import type { Tombstone } from "./records.ts";

/**
 * The tombstones of a name: of its letters, and of each other way in which the same name is written.
 *
 * @param thread The only one that they are to hold in.
 */
export function createTombstones(name: string, { thread, owner }: TombstoneScope = {}): Tombstone[] {
  const scope = thread === undefined ? {} : { thread };
  // One for all spellings, so that a text is hashed once for each person.
  const salt = randomBytes(16).toString("hex");
  const spellings = spellingsOf(name);
  // Of two people whose names differ by an accent, one may be the owner: then every character counts.
  if (owner !== undefined && spellings.has(lettersToKnow(owner)))
    return [{ ...hashed(salt, normalise(name)), ...scope }];
  const words = wordsOf(name).length;
  return [...spellings].map(([letters, how]) => ({ ...hashed(salt, letters), words, ...how, ...scope }));
}

interface TombstoneScope {
  thread?: string | undefined;
  /** Who must not be taken for the person. */
  owner?: string;
}

/** A name of emoji alone is known as it is. */
export function lettersToKnow(name: string): string {
  return nameLetters(name) || name;
}

/** The letters of each way in which a name is written. */
function spellingsOf(name: string): Map<string, Partial<Tombstone>> {
  const [last = "", ...others] = wordsOf(name).toReversed();
  const lastFirst = [last, ...others.toReversed()].join(" ");
  const withUmlautsLeftOut = name.toLowerCase().replace(/([aou])e/g, "$1");
  // Of equal letters the last one counts.
  return new Map([
    ...(others.length > 0
      ? [[lettersToKnow(lastFirst), { isOnlyInTexts: true, mayHaveComma: true }] as const]
      : []),
    [lettersToKnow(withUmlautsLeftOut), { isOnlyInTexts: true }],
    [lettersToKnow(withUmlautsSpelledOut(name)), {}],
    [lettersToKnow(name), {}],
  ]);
}

/** "Jörg" as "Joerg": as "Jorg" it is its letters. */
function withUmlautsSpelledOut(name: string): string {
  const spelledOut: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ø: "oe", å: "aa" };
  return normalise(name).replace(/[äöüøå]/g, (letter) => spelledOut[letter] as string);
}

function hashed(salt: string, text: string): Tombstone {
  return { salt, hash: hashOf(salt, text), length: text.length };
}

export function normalise(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

export function hashOf(salt: string, text: string): string {
  return createHash("sha256").update(`${salt}\u0000${text}`).digest("hex");
}
