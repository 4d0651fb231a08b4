import type { Persona } from "../persona.ts";
import { ReplyFigures } from "../replies/index.ts";

/** Counts replies. */
export class ReplyWatch {
  readonly figures = new ReplyFigures();
  #atWork = 0;

  /** The same persona, whose replies are counted. */
  watch(persona: Persona): Persona {
    const reply: Persona["reply"] = (...asked) => this.#count(persona.reply(...asked));
    return new Proxy(persona, {
      get(target, name) {
        const value: unknown = name === "reply" ? reply : Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** Replies that are being drawn, or wait for another one's end. */
  get atWork(): number {
    return this.#atWork;
  }

  async *#count(events: ReturnType<Persona["reply"]>): ReturnType<Persona["reply"]> {
    this.#atWork++;
    try {
      for await (const event of events) {
        if (event.type === "reply-end") this.figures.add(event.outcome);
        yield event;
      }
    } finally {
      this.#atWork--;
    }
  }
}
