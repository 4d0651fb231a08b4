/** Names that are known by the hash of all of their characters. */
import type { Found } from "./name-search.ts";
import type { Tombstone } from "./records.ts";
import { hashOf, normalise } from "./tombstone.ts";

export class ExactNames {
  readonly #tombstones: Tombstone[];
  readonly #lengths: Set<number>;

  constructor(tombstones: Tombstone[]) {
    this.#tombstones = tombstones;
    this.#lengths = new Set(tombstones.map(({ length }) => length));
  }

  isName(name: string): boolean {
    const normal = normalise(name);
    return this.#tombstones.some(
      ({ salt, hash, length }) => length === normal.length && hashOf(salt, normal) === hash,
    );
  }

  /** The names in a text, which are runs of whole words, from its start to its end, none within another. */
  namesIn(text: string): Found[] {
    if (this.#tombstones.length === 0) return [];
    const found: Found[] = [];
    let done = 0;
    for (const { index: start } of text.matchAll(/(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}]/gu)) {
      if (start < done) continue;
      const end = [...this.#lengths]
        .map((length) => start + length)
        .find((end) => end <= text.length && isWordEnd(text, end) && this.isName(text.slice(start, end)));
      if (end === undefined) continue;
      found.push({ start, end });
      done = end;
    }
    return found;
  }
}

function isWordEnd(text: string, end: number): boolean {
  return end === text.length || !/[\p{L}\p{M}\p{N}]/u.test(text[end] as string);
}
