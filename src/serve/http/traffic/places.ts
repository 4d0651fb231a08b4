/** A name for what the engine evaluates of one conversation. */
interface Place {
  id: string;
  leave(): void;
}

/**
 * Names conversations that come without a name of their own, so that the next message of one finds what was evaluated of it.
 *
 * Two that begin with the same words at the same time get two names: under one, they would wait for each other.
 */
export class Places {
  readonly #taken = new Set<string>();

  /** @param key What stays the same while the conversation goes on. */
  take(key: string): Place {
    let number = 1;
    while (this.#taken.has(`http ${key} ${number}`)) number++;
    const id = `http ${key} ${number}`;
    this.#taken.add(id);
    return { id, leave: () => void this.#taken.delete(id) };
  }
}
