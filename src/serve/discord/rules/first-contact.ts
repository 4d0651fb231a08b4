import type { Persona } from "../../persona.ts";
import type { People } from "../people/index.ts";
import type { Say } from "../words.ts";

/** Tells everybody once that they talk to an AI, before it says anything else to them. */
export class FirstContact {
  readonly #say: Say;
  readonly #people: People;
  /** Who is being told in some channel at this moment. */
  readonly #beingTold = new Set<string>();

  constructor(people: People, say: Say) {
    this.#people = people;
    this.#say = say;
  }

  /** By the voice that answers them; whoever could not be told is told the next time. */
  async introduce(
    userId: string,
    voice: Introduced,
    say: (words: string) => Promise<unknown>,
  ): Promise<void> {
    if (this.#people.wasTold(userId) || this.#beingTold.has(userId)) return;
    this.#beingTold.add(userId);
    try {
      await say(introduction(voice, this.#say));
      await this.#people.tell(userId);
    } finally {
      this.#beingTold.delete(userId);
    }
  }
}

export type Introduced = Pick<Persona, "name" | "isModel">;

export function introduction({ name, isModel = false }: Introduced, say: Say): string {
  return say(isModel ? "modelIntroduction" : "introduction", { name });
}
