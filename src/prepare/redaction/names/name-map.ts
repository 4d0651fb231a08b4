import { createHash } from "node:crypto";
import { nameLikeWords } from "./common-words.ts";
import { inventLabels, rankOf } from "./invented-labels.ts";
import type { MetWords } from "./met-words.ts";
import { createNameFinder, type NameReplacement } from "./name-finder.ts";
import { firstNameOf, withoutAccents, wordsOfName } from "./name-spellings.ts";
import { optedOutLabel } from "./opt-outs.ts";

type RealNames = "keep" | "initials" | "invented";

export interface NameMapOptions {
  mode: RealNames;
  /** Whose name stays, as a label and in texts. */
  persona: string;
  /** Everybody in the store: what a name becomes must not be anybody's. */
  people: string[];
  /** Tokens that a text costs: an invented name costs no more than the real one, where there is one so short. */
  tokensOf: (text: string) => number;
  /** Another seed invents other names. */
  seed?: string;
}

interface NameMap {
  /** What a person is called in the data set: nobody else is, and nobody really is. */
  label(name: string): string;
  /**
   * A text without real names: whole names of anybody in the store, in any case and without their accents, titles and
   * emoji too, and first names of the people of this conversation where they stand as capitalised words that are not
   * also words of a sentence ("Will", "Rose").
   */
  inText(text: string, peopleOfConversation: string[]): string;
}

/** What each person is called, by name; plain data, made once for all threads. Undefined: names stay. */
export type Labels = ReadonlyMap<string, string> | undefined;

/** The same for the same people in whatever order; one more person changes few of the other names, mostly none. */
export function createNameMap(options: NameMapOptions): NameMap {
  return nameMapOf(labelPeople(options), options.persona);
}

export function labelPeople({ mode, persona, people, tokensOf, seed = "" }: NameMapOptions): Labels {
  if (mode === "keep") return undefined;
  const others = [...new Set(people)].filter((name) => name !== persona);
  const inOrder = others
    .map((name) => ({ name, rank: rankOf(`${seed} ${name}`) }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
  const labels =
    mode === "initials"
      ? initialLabels(inOrder, persona)
      : inventLabels(inOrder, { persona, tokensOf, seed });
  labels.set(persona, persona);
  if (!labels.has(optedOutLabel)) labels.set(optedOutLabel, optedOutLabel);
  return labels;
}

/** Tells labels apart. */
export function idOfLabels(labels: Labels): string {
  const text = JSON.stringify([...(labels ?? [])]);
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

/** @param met Told where names were looked for. */
export function nameMapOf(labels: Labels, persona: string, met?: MetWords): NameMap {
  if (labels === undefined) return { label: (name) => name, inText: (text) => text };
  const finder = createNameFinder(replacements(labels, persona), met && ((word) => met.add(word)));

  return {
    label(name) {
      const label = labels.get(name);
      // A name that went unnoticed here would be learned.
      if (label === undefined) throw new Error("Someone is not among the people whose names were given.");
      return label;
    },
    inText(text, peopleOfConversation) {
      met?.lookAt(text);
      return finder(text, peopleOfConversation);
    },
  };
}

function* replacements(labels: ReadonlyMap<string, string>, persona: string): Generator<NameReplacement> {
  const firstOfPersona = withoutAccents(firstNameOf(persona).toLowerCase());
  for (const [name, label] of labels) {
    if (name === label) continue;
    const first = firstNameOf(name);
    const key = first.toLowerCase();
    const stays = withoutAccents(key) === firstOfPersona || nameLikeWords.has(key);
    yield {
      name,
      label,
      first: stays || [...first].length < 2 ? undefined : { name: first, label: firstWord(label) },
    };
  }
}

function firstWord(label: string): string {
  return label.split(/\s+/u)[0] ?? label;
}

/** "Ben Carter" as "B. C."; a second one as "B. C. 2". */
function initialLabels(names: string[], persona: string): Map<string, string> {
  const taken = new Set([persona, optedOutLabel, ...names].map((name) => name.toLowerCase()));
  const labels = new Map<string, string>();
  for (const name of names) {
    const initials = initialsOf(name);
    let label = initials;
    for (let number = 2; taken.has(label.toLowerCase()); number++) label = `${initials} ${number}`;
    taken.add(label.toLowerCase());
    labels.set(name, label);
  }
  return labels;
}

function initialsOf(name: string): string {
  const words = wordsOfName(name).join(" ");
  const letters = words.match(/(?<![\p{L}\p{M}\p{N}'’-])[\p{L}\p{N}]\p{M}*/gu) ?? ["X"];
  return letters.map((letter) => `${letter.toUpperCase()}.`).join(" ");
}
