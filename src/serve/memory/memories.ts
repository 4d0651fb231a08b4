import { Memory, type OpenMask } from "./memory.ts";

interface MemoriesOptions {
  persona: string;
  openMask?: OpenMask | undefined;
}

/** Conversations that are remembered; whichever was silent longest is forgotten. */
const maxConversations = 500;

/** What is being said everywhere, by the ids of conversations. */
export class Memories {
  readonly #options: MemoriesOptions;
  readonly #byId = new Map<string, Memory>();

  constructor(options: MemoriesOptions) {
    this.#options = options;
  }

  /** The conversation of that id, as it is remembered. */
  get(id: string): Memory {
    const memory = this.#byId.get(id) ?? new Memory({ id, ...this.#options });
    this.#byId.delete(id);
    this.#byId.set(id, memory);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > maxConversations && oldest !== undefined) this.#byId.delete(oldest);
    return memory;
  }

  /** Forgets what was said in a conversation. */
  reset(id: string): void {
    this.#byId.get(id)?.reset();
  }
}
