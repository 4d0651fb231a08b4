import type { Tally } from "../../tally.ts";
import { cleanText } from "./mojibake.ts";

/** Cleans the strings of one file, and counts those that were not as they should be. */
export class TextCleaner {
  readonly #needsRepair: boolean;
  readonly #tally: Tally;
  readonly #names = new Map<string, string>();

  constructor(needsRepair: boolean, tally: Tally) {
    this.#needsRepair = needsRepair;
    this.#tally = tally;
  }

  text(text: string): string {
    const cleaned = cleanText(text, this.#needsRepair);
    if (cleaned !== text) this.#tally.repaired++;
    return cleaned;
  }

  /** The same for names, which are few and recur: each is cleaned once. */
  name(name: string): string {
    const known = this.#names.get(name);
    if (known === undefined) {
      const cleaned = this.text(name);
      if (this.#names.size < maxNames) this.#names.set(name, cleaned);
      return cleaned;
    }
    if (known !== name) this.#tally.repaired++;
    return known;
  }
}

const maxNames = 2_000;
