import type { RunRecord } from "../../handoffs/index.ts";
import type { Memories, OpenMask } from "../../serve/index.ts";

interface Parts<Known> {
  memories: Memories;
  /** As the run that answers first has seen words masked. */
  openMask: OpenMask | undefined;
  /** What there is to know of that run. */
  known: Known;
  /** Reads the same of another one. */
  read(run: RunRecord): Promise<Known>;
}

/** Where friends write: what it takes from the run that answers, beside its words, and takes anew from each that takes over. */
export class FrontDoor<Known> {
  readonly memories: Memories;
  readonly #read: (run: RunRecord) => Promise<Known>;
  #known: Known;
  #openMask: OpenMask | undefined;

  constructor({ memories, openMask, known, read }: Parts<Known>) {
    this.memories = memories;
    this.#read = read;
    this.#known = known;
    this.#openMask = openMask;
  }

  get known(): Known {
    return this.#known;
  }

  get openMask(): OpenMask | undefined {
    return this.#openMask;
  }

  /** Reads anew what there is to know of the run that answers. */
  async readAgain(run: RunRecord): Promise<void> {
    this.#known = await this.#read(run);
  }

  /** Reads what there is to know of a run that may take over; what is returned is called once it answers. */
  async prepareFor(run: RunRecord): Promise<(openMask: OpenMask | undefined) => void> {
    const known = await this.#read(run);
    return (openMask) => {
      this.#known = known;
      this.#openMask = openMask;
      this.memories.maskWith(openMask);
    };
  }
}
