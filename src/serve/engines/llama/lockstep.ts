import type { BatchItem, PrioritizedBatchItem } from "node-llama-cpp";

/**
 * Turns that a batch waits for replies that are about to ask for their next id. Every await in between takes one, and a
 * reader with more of them than that is not waited for.
 */
const patience = 64;

/**
 * Keeps replies that are drawn at the same time in one batch.
 *
 * The library begins the next batch as soon as the first of them asks for its next id. The last one is then always late,
 * and of four only three are in a batch, although four cost hardly more.
 */
export class Lockstep {
  readonly #due = new Set<unknown>();
  readonly #longestPrefill: number;
  #turnsWaited = 0;
  #locks = 0;
  #locked: (() => void)[] = [];

  /** @param longestPrefill How many ids of a prompt join a batch of replies, so that these do not stand still. */
  constructor(longestPrefill: number) {
    this.#longestPrefill = longestPrefill;
  }

  /** This reply got an id, and will ask for the next one. */
  expect(reply: unknown): void {
    this.#due.add(reply);
  }

  /** It has asked, or it is over. */
  arrive(reply: unknown): void {
    this.#due.delete(reply);
  }

  /**
   * Changes what is evaluated between two batches: the library begins one after another, without an end, as long as
   * there are ids to evaluate.
   */
  async between<T>(change: () => Promise<T>): Promise<T> {
    this.#locks++;
    try {
      return await change();
    } finally {
      if (--this.#locks === 0) for (const goOn of this.#locked.splice(0)) goOn();
    }
  }

  /** Whoever has ids to evaluate waits for changes first. */
  async untilUnlocked(): Promise<void> {
    while (this.#locks > 0) await new Promise<void>((resolve) => this.#locked.push(resolve));
  }

  /** The library asks what shall be in the next batch; after an empty list, at once again. */
  readonly fillBatch = ({
    items,
    size,
  }: {
    items: readonly BatchItem[];
    size: number;
  }): PrioritizedBatchItem[] => {
    if (this.#due.size > 0 && this.#turnsWaited++ < patience) return [];
    this.#turnsWaited = 0;
    this.#due.clear();
    return this.#share(items, size);
  };

  /**
   * Each reply with its one id; prompts share what is left. All in the order of their sequences, for llama.cpp takes
   * every one that is out of order as a batch of its own.
   */
  #share(unordered: readonly BatchItem[], size: number): PrioritizedBatchItem[] {
    const items = unordered.toSorted((a, b) => a.evaluationPriority - b.evaluationPriority);
    const replies = items.filter(({ tokens }) => tokens.length === 1).slice(0, size);
    const prompts = items.filter(({ tokens }) => tokens.length > 1);
    let room = size - replies.length;
    if (replies.length > 0) room = Math.min(room, this.#longestPrefill);
    const batch = replies.map((item) => ({ item, processAmount: 1 }));
    for (const [index, item] of prompts.entries()) {
      const processAmount = Math.min(item.tokens.length, Math.ceil(room / (prompts.length - index)));
      if (processAmount <= 0) break;
      room -= processAmount;
      batch.push({ item, processAmount });
    }
    return batch.sort((a, b) => a.item.evaluationPriority - b.item.evaluationPriority);
  }
}
