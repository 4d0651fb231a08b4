/** Looks for names in texts of which nothing but salted hashes of their letters is known. */
import { remembering } from "../../letters.ts";
import { type Letters, lettersOf } from "./name-letters.ts";
import type { Tombstone } from "./records.ts";
import { hashOf, lettersToKnow } from "./tombstone.ts";

/** Where in a text a name stands. */
export interface Found {
  start: number;
  end: number;
}

export class NameSearch {
  readonly #tombstones: Tombstone[];
  readonly #lengths: Set<number>;
  readonly #longest: number;
  readonly #tombstonesOf = remembering((letters) => this.#findTombstones(letters));

  constructor(tombstones: Tombstone[]) {
    this.#tombstones = tombstones;
    this.#lengths = new Set(tombstones.map(({ length }) => length));
    this.#longest = Math.max(0, ...this.#lengths);
  }

  /** Whether a name is one of those, in whichever spelling. */
  isName(name: string): boolean {
    const letters = lettersToKnow(name);
    if (!this.#lengths.has(letters.length)) return false;
    return this.#tombstonesOf(letters).some(({ isOnlyInTexts }) => isOnlyInTexts !== true);
  }

  /** The names in a text, from its start to its end, none within another. */
  namesIn(text: string): Found[] {
    if (this.#tombstones.length === 0) return [];
    const runs = lettersOf(text);
    const found: Found[] = [];
    for (let index = 0; index < runs.length; index++) {
      const count = this.#runsOfNameAt(text, runs, index);
      if (count === 0) continue;
      const last = runs[index + count - 1] as Letters;
      found.push({ start: (runs[index] as Letters).start, end: last.end });
      index += count - 1;
    }
    return found;
  }

  /** How many runs from one on are a name; 0 where none begins. */
  #runsOfNameAt(text: string, runs: Letters[], first: number): number {
    let letters = "";
    let longest = 0;
    let isAfterComma = false;
    for (let last = first; last < runs.length && letters.length <= this.#longest; last++) {
      const run = runs[last] as Letters;
      const gap = last === first ? "" : text.slice((runs[last - 1] as Letters).end, run.start);
      if (gap !== " " && !betweenWords.test(gap)) break;
      isAfterComma ||= gap.includes(",");
      letters += run.letters;
      if (!this.#lengths.has(letters.length) && !this.#lengths.has(letters.length - 1)) continue;
      const span = { text, runs, first, last, isAfterComma };
      if (this.#isNamed(letters, span) || this.#isGenitive(letters, span)) longest = last - first + 1;
    }
    return longest;
  }

  #isNamed(letters: string, span: Span): boolean {
    if (!this.#lengths.has(letters.length)) return false;
    return this.#tombstonesOf(letters).some((tombstone) => mayBe(tombstone, span));
  }

  /** "Zoe Foxs", as German has it. */
  #isGenitive(letters: string, span: Span): boolean {
    const { runs, first, last } = span;
    if (last === first || !letters.endsWith("s") || runs[last]?.letters === "s") return false;
    return this.#isNamed(letters.slice(0, -1), span);
  }

  #findTombstones(letters: string): Tombstone[] {
    const candidates = this.#tombstones.filter(({ length }) => length === letters.length);
    const hashes = new Map(candidates.map(({ salt }) => [salt, ""]));
    for (const salt of hashes.keys()) hashes.set(salt, hashOf(salt, letters));
    return candidates.filter(({ salt, hash }) => hashes.get(salt) === hash);
  }
}

/** Spaces of all kinds, hyphens, dots and the like, emoji; but no end of a sentence. */
const betweenWords =
  /^(?!.*\.[\p{Z}\s])(?:[\p{Zs}\t]|\p{Pd}|[_.+·•'’`~*,]|%20|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\ufe0f|\u200d)*$/u;

/** Runs of a text, from the first to the last of what may be a name. */
interface Span {
  text: string;
  runs: Letters[];
  first: number;
  last: number;
  isAfterComma: boolean;
}

/** Words that only look like a name when they are written in one, such as "another" and Ann Other, are no name in a sentence. */
function mayBe({ words = 1, mayHaveComma = false }: Tombstone, span: Span): boolean {
  if (span.isAfterComma && !mayHaveComma) return false;
  const own = span.runs.slice(span.first, span.last + 1);
  if (own.every(({ isUnspaced }) => isUnspaced)) return own.length > 1 || !isWithinWord(span);
  const beginsWord = ({ isJoined, letters }: Letters) => !isJoined || !/^\d/.test(letters);
  const boundaries = own.slice(1).filter(beginsWord).length;
  if (boundaries < words - 1) return isInAddress(span);
  return !isWithinWord(span) || words > 1 || isInAddress(span);
}

function isWithinWord({ runs, first, last }: Span): boolean {
  return runs[first]?.isJoined === true || runs[last + 1]?.isJoined === true;
}

const mostAddress = 300;

/** In a link, an address, the name of a user or of a file, where names are written in one. */
function isInAddress({ text, runs, first, last }: Span): boolean {
  const [start, end] = [(runs[first] as Letters).start, (runs[last] as Letters).end];
  if (/[@#]/.test(text[start - 1] ?? "")) return true;
  const before = /[^\s"'<>()[\]]*$/.exec(text.slice(Math.max(0, start - mostAddress), start))?.[0] ?? "";
  const after = /^[^\s"'<>()[\]]*/.exec(text.slice(end, end + mostAddress))?.[0] ?? "";
  const word = `${before}${text.slice(start, end)}${after.replace(/[.,!?;:…]+$/, "")}`;
  return /^(?:https?:|www\.)|@|_|\.[a-z]{2,}/i.test(word) || /\d$/.test(before) || /^\d/.test(after);
}
