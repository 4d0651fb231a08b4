import type { ParsedEntry } from "../formats/index.ts";

/** Equal words in one moment by two people are chance; twice they are not, nor in one millisecond. */
const leastWeight = 2;
const exactWeight = 2;

/** Finds, in one thread, people who were forgotten and are there under another name: what they wrote was erased before. */
export class ReturnedPeople {
  readonly #wasErased: (entry: ParsedEntry) => boolean;
  readonly #staying: ReadonlySet<string>;
  readonly #people = new Set<string>();
  readonly #weights = new Map<string, number>();

  /** @param staying Who is in the thread and was not forgotten, by the names of the export and of the store. */
  constructor(wasErased: (entry: ParsedEntry) => boolean, staying: Iterable<string>) {
    this.#wasErased = wasErased;
    this.#staying = new Set(staying);
  }

  note(entry: ParsedEntry): void {
    const { sender, sentAt } = entry;
    this.#people.add(sender);
    if (sentAt === null || this.#staying.has(sender) || !this.#wasErased(entry)) return;
    const weight = sentAt % 1000 === 0 ? 1 : exactWeight;
    this.#weights.set(sender, (this.#weights.get(sender) ?? 0) + weight);
  }

  names(): string[] {
    const isChatOfTwo = this.#people.size <= 2;
    return [...this.#weights].flatMap(([name, weight]) =>
      weight >= leastWeight || isChatOfTwo ? [name] : [],
    );
  }
}
