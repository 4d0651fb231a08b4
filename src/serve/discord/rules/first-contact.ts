import type { People } from "../people/index.ts";

/** Tells everybody once that they talk to an AI, before it says anything else to them. */
export class FirstContact {
  readonly #name: string;
  readonly #people: People;
  /** Who is being told in some channel at this moment. */
  readonly #beingTold = new Set<string>();

  constructor(name: string, people: People) {
    this.#name = name;
    this.#people = people;
  }

  /** Whoever could not be told is told the next time. */
  async introduce(userId: string, say: (words: string) => Promise<unknown>): Promise<void> {
    if (this.#people.wasTold(userId) || this.#beingTold.has(userId)) return;
    this.#beingTold.add(userId);
    try {
      await say(introduction(this.#name));
      await this.#people.tell(userId);
    } finally {
      this.#beingTold.delete(userId);
    }
  }
}

export function introduction(name: string): string {
  return `Before we talk: I am an AI that writes like ${name}, I am not ${name}. /about tells you more.`;
}
