import { charactersOf } from "../formats/index.ts";

import type { PlacedEntry, Source } from "./source.ts";

/** A source is not in the order of time: it has to be sorted first. */
export class OutOfOrderError extends Error {
  override readonly name = "OutOfOrderError";
}

/** More messages of one moment than any chat has; held against each other they would not fit into memory. */
export class CrowdedMomentError extends Error {
  override readonly name = "CrowdedMomentError";
}

const maxAtOneMoment = 20_000;
const maxCharactersAtOneMoment = 50_000_000;

/** Where reading a source stands. */
export class Cursor {
  /** Time of the next entry; an entry without a time stands at that of the one before it. Undefined at the end. */
  at: number | undefined;
  readonly asOf: number;
  /** Of the entries that moments were taken with, about. */
  charactersTaken = 0;
  readonly #batches: AsyncIterator<PlacedEntry[]>;
  #batch: PlacedEntry[] = [];
  #index = 0;
  #last = 0;

  constructor({ batches, asOf }: Source) {
    this.#batches = batches;
    this.asOf = asOf;
  }

  async start(): Promise<void> {
    await this.refill();
  }

  async refill(): Promise<void> {
    this.#index = 0;
    do {
      const { done, value } = await this.#batches.next();
      if (done) {
        this.#batch = [];
        this.at = undefined;
        return;
      }
      this.#batch = value;
    } while (this.#batch.length === 0);
    this.#point();
  }

  #point(): void {
    const time = this.#batch[this.#index]?.sentAt ?? this.#last;
    if (time < this.#last) throw new OutOfOrderError();
    this.at = time;
    this.#last = time;
  }

  /** What is left of the batch in memory, checked for its order. */
  takeBatch(): PlacedEntry[] | undefined {
    if (this.at === undefined) return undefined;
    const rest = this.#index === 0 ? this.#batch : this.#batch.slice(this.#index);
    for (const { sentAt } of rest) {
      if (sentAt === null) continue;
      if (sentAt < this.#last) throw new OutOfOrderError();
      this.#last = sentAt;
    }
    return rest;
  }

  /** All entries of the moment at which the cursor stands; it then stands at the next. */
  async takeMoment(): Promise<PlacedEntry[]> {
    const moment = this.at;
    const taken: PlacedEntry[] = [];
    while (this.at === moment) {
      const entry = this.#batch[this.#index] as PlacedEntry;
      taken.push(entry);
      this.charactersTaken += charactersOf(entry);
      const isCrowded = taken.length > maxAtOneMoment || this.charactersTaken > maxCharactersAtOneMoment;
      if (isCrowded) throw new CrowdedMomentError();
      this.#index++;
      if (this.#index < this.#batch.length) this.#point();
      else await this.refill();
    }
    return taken;
  }
}
