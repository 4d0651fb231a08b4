import type { Persona } from "../../persona.ts";
import type { People } from "../people/index.ts";

/** Tells everybody once that they talk to an AI, before it says anything else to them. */
export class FirstContact {
  readonly #introduction: string;
  readonly #people: People;
  /** Who is being told in some channel at this moment. */
  readonly #beingTold = new Set<string>();

  constructor(persona: Introduced, people: People) {
    this.#introduction = introduction(persona);
    this.#people = people;
  }

  /** Whoever could not be told is told the next time. */
  async introduce(userId: string, say: (words: string) => Promise<unknown>): Promise<void> {
    if (this.#people.wasTold(userId) || this.#beingTold.has(userId)) return;
    this.#beingTold.add(userId);
    try {
      await say(this.#introduction);
      await this.#people.tell(userId);
    } finally {
      this.#beingTold.delete(userId);
    }
  }
}

type Introduced = Pick<Persona, "name" | "isModel">;

export function introduction({ name, isModel = false }: Introduced): string {
  const who = isModel
    ? `I am an AI, ${name}, and no person.`
    : `I am an AI that writes like ${name}, and not ${name}.`;
  return `Before we talk: ${who} /about tells you more.`;
}
