import { createHash } from "node:crypto";
import type { Workspace } from "../workspace.ts";
import { type Forgotten, lettersOf, nameLetters, wordsOf } from "./forgotten/index.ts";
import { readThreadFile, type StoredThread } from "./store/index.ts";

/** What stays of a person by design: it may be anybody's, or is what others wrote. Counted are messages of others. */
export interface WhatStays {
  /** With a part of the name by itself, by part. */
  partsOfName: Record<string, number>;
  /** That repeat a message of theirs word for word, or a line or a quotation in them does. */
  quotes: number;
}

/** A shorter message is said by anybody. */
const leastQuote = { characters: 20, words: 8 };

/** Counts what will stay of a person in the store once they are forgotten, while their words are still there. */
export async function countWhatStays(
  workspace: Workspace,
  threads: StoredThread[],
  { person, forgotten }: { person: string; forgotten: Forgotten },
): Promise<WhatStays> {
  const theirs = await hashesOfWords(workspace, threads, forgotten);
  const parts = partsOf(person);
  const counts = new Map(parts.map(({ part }) => [part, 0]));
  let quotes = 0;
  for (const thread of threads)
    for await (const entries of readThreadFile(workspace, thread))
      for (const { sender, text } of entries) {
        if (text === "" || forgotten.has(sender)) continue;
        if (parts.length > 0)
          for (const part of partsIn(forgotten.withoutNames(text), parts))
            counts.set(part, (counts.get(part) ?? 0) + 1);
        if (theirs.size > 0 && passagesOf(text).some((passage) => theirs.has(hashOf(passage)))) quotes++;
      }
  return { partsOfName: Object.fromEntries(counts), quotes };
}

async function hashesOfWords(
  workspace: Workspace,
  threads: StoredThread[],
  forgotten: Forgotten,
): Promise<Set<string>> {
  const hashes = new Set<string>();
  const own = threads.filter(({ people }) =>
    people.some(({ name, texts }) => texts > 0 && forgotten.has(name)),
  );
  for (const thread of own)
    for await (const entries of readThreadFile(workspace, thread))
      for (const { sender, text } of entries)
        if (forgotten.has(sender) && isLongEnough(text)) hashes.add(hashOf(text));
  return hashes;
}

interface PartOfName {
  part: string;
  letters: string;
}

/** A name of one word has no part by itself: it goes as a whole. */
function partsOf(person: string): PartOfName[] {
  const words = wordsOf(person).flatMap((word) => word.split(/\p{Pd}/u));
  if (words.length < 2) return [];
  return [...new Set(words)]
    .map((part) => ({ part, letters: nameLetters(part) }))
    .filter(({ letters }) => letters.length > 1);
}

function partsIn(text: string, parts: PartOfName[]): string[] {
  const words = new Set(lettersOf(text).map(({ letters }) => letters));
  const isThere = ({ part, letters }: PartOfName) =>
    words.has(letters) || (isWithoutSpaces(part) && text.includes(part));
  return parts.filter(isThere).map(({ part }) => part);
}

function isWithoutSpaces(part: string): boolean {
  return lettersOf(part).every(({ isUnspaced }) => isUnspaced);
}

const quotation = /["“”„«»‘’「『]([^"“”„«»‘’「」『』\n]+)["“”«»‘’」』]/gu;

/** What of a message may be somebody else's: all of it, a line, a quotation. */
function passagesOf(text: string): string[] {
  const quotations = Array.from(text.matchAll(quotation), ([, quoted = ""]) => quoted);
  return [text, ...(text.includes("\n") ? text.split("\n") : []), ...quotations].filter(isLongEnough);
}

function isLongEnough(text: string): boolean {
  return text.length >= leastQuote.characters || lettersOf(text).length >= leastQuote.words;
}

function hashOf(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/^[\s>"“„«「『]+|[\s"“”»」』]+$/gu, "")
    .replace(/\s+/gu, " ");
  return createHash("sha256").update(plain).digest("base64").slice(0, 16);
}
