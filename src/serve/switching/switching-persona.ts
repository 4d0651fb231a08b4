import type { Model, Persona } from "../persona.ts";

/** A persona that may be at work. */
interface Serving {
  readonly persona: Persona;
  /** Replies that are being drawn, and questions that are being answered. */
  atWork: number;
  /** Called when the last of them has ended and no other will begin. */
  onIdle: (() => void) | undefined;
}

/**
 * A persona whose model can be exchanged while it is talked to.
 *
 * A reply ends with the model that it began with; the next one has the new model. What was said is handed over with every
 * reply, so conversations go on, written out as the new model's training did it.
 */
export class SwitchingPersona implements Persona {
  #serving: Serving;

  constructor(first: Persona) {
    this.#serving = idle(first);
  }

  get name(): string {
    return this.#serving.persona.name;
  }

  get about(): string {
    return this.#serving.persona.about;
  }

  get engine(): string {
    return this.#serving.persona.engine;
  }

  get isModel(): boolean {
    return this.#serving.persona.isModel ?? false;
  }

  labelOf(...asked: Parameters<Persona["labelOf"]>): string {
    return this.#serving.persona.labelOf(...asked);
  }

  async *reply(...asked: Parameters<Persona["reply"]>): ReturnType<Persona["reply"]> {
    const { persona, done } = this.#begin();
    try {
      yield* persona.reply(...asked);
    } finally {
      done();
    }
  }

  async *replies(...asked: Parameters<Persona["replies"]>): ReturnType<Persona["replies"]> {
    const { persona, done } = this.#begin();
    try {
      yield* persona.replies(...asked);
    } finally {
      done();
    }
  }

  async chanceOfSpeaking(...asked: Parameters<Persona["chanceOfSpeaking"]>): Promise<number | undefined> {
    const { persona, done } = this.#begin();
    return persona.chanceOfSpeaking(...asked).finally(done);
  }

  async weigh(...asked: Parameters<Persona["weigh"]>): ReturnType<Persona["weigh"]> {
    const { persona, done } = this.#begin();
    return persona.weigh(...asked).finally(done);
  }

  async withModel<T>(use: (model: Model) => Promise<T>): Promise<T> {
    const { persona, done } = this.#begin();
    return persona.withModel(use).finally(done);
  }

  note(): ReturnType<Persona["note"]> {
    return this.#serving.persona.note();
  }

  forget(conversation: string): void {
    this.#serving.persona.forget(conversation);
  }

  /** Replies come from `next` from now on. Resolves once the one before has ended its last reply and is closed. */
  async switchTo(next: Persona): Promise<void> {
    const before = this.#serving;
    this.#serving = idle(next);
    await untilIdle(before);
    await before.persona.close();
  }

  async close(): Promise<void> {
    await this.#serving.persona.close();
  }

  #begin(): { persona: Persona; done: () => void } {
    const serving = this.#serving;
    serving.atWork++;
    const done = () => {
      serving.atWork--;
      if (serving.atWork === 0) serving.onIdle?.();
    };
    return { persona: serving.persona, done };
  }
}

function idle(persona: Persona): Serving {
  return { persona, atWork: 0, onIdle: undefined };
}

function untilIdle(before: Serving): Promise<void> {
  if (before.atWork === 0) return Promise.resolve();
  return new Promise((resolve) => {
    before.onIdle = resolve;
  });
}
