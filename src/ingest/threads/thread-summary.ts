import type { PlacedEntry } from "../merge/index.ts";
import type { StoredThread } from "../store/index.ts";

type Summary = Pick<StoredThread, "people" | "entries" | "texts" | "firstAt" | "lastAt" | "kinds">;

/** Counts a thread's entries as they pass, oldest first. */
export class SummaryInProgress {
  entries = 0;
  readonly #people = new Map<string, { name: string; texts: number }>();
  readonly #kinds: Record<string, number> = {};
  #firstAt: number | null = null;
  #lastAt: number | null = null;

  add({ sender, kind, sentAt }: PlacedEntry): void {
    this.entries++;
    this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
    const person = this.#personOf(sender);
    if (kind === "text") person.texts++;
    if (sentAt === null) return;
    this.#firstAt ??= sentAt;
    this.#lastAt = sentAt;
  }

  /** @param participants Who takes part without having written, as well. */
  finish(participants: Iterable<string>): Summary {
    for (const name of participants) this.#personOf(name);
    const named = [...this.#people.values()]
      .filter(({ name }) => name !== "")
      .sort((a, b) => b.texts - a.texts || (a.name < b.name ? -1 : 1));
    const kinds = Object.fromEntries(Object.entries(this.#kinds).sort(([a], [b]) => (a < b ? -1 : 1)));
    const { entries } = this;
    return {
      people: named,
      entries,
      texts: kinds.text ?? 0,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      kinds,
    };
  }

  #personOf(name: string): { name: string; texts: number } {
    const known = this.#people.get(name);
    if (known !== undefined) return known;
    const person = { name, texts: 0 };
    this.#people.set(name, person);
    return person;
  }
}
