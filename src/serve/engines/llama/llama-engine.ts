import type { LlamaModel, Token } from "node-llama-cpp";
import type {
  Continuation,
  Engine,
  GenerateOptions,
  ReadOptions,
  SeveralOptions,
  WeighedId,
} from "../engine.ts";
import { describeBackend } from "./backend.ts";
import type { Branch } from "./branch.ts";
import { drawAfter } from "./draw.ts";
import type { OpenModel } from "./open-model.ts";
import { readIn, weighIn } from "./score.ts";
import { Slots } from "./slots.ts";

/** An engine of this process. */
export interface LlamaEngine extends Engine {
  /** The library's own, for whoever reads its vocabulary. */
  readonly model: LlamaModel;
  /** Computes with so many threads from now on, however many cores are idle. */
  setThreads(threads: number): void;
}

/** Continues many conversations at once: each in a branch of its own, all in one batch. */
export class LlamaConversations implements LlamaEngine {
  readonly contextLength: number;
  readonly #model: OpenModel;
  readonly #conversations: Slots<Branch>;
  /** For replies of one conversation that are drawn at once. */
  readonly #forks: Slots<Branch>;

  constructor(model: OpenModel) {
    this.#model = model;
    this.contextLength = model.contextLength;
    this.#conversations = new Slots(model.conversations, (branch) => branch.forget());
    this.#forks = new Slots(model.forks, (branch) => branch.forget());
  }

  get model(): LlamaModel {
    return this.#model.model;
  }

  get about(): string {
    return describeBackend(this.#model.llama);
  }

  async *generate(prompt: number[], options: GenerateOptions): AsyncGenerator<number> {
    const own = await this.#conversations.take(options.conversation, options.signal);
    if (own === undefined) return;
    const { resource: branch, release } = own;
    try {
      const ids = await branch.evaluate(this.#fitting(prompt), options);
      if (ids === undefined) return;
      const drawing = { ...options, withLogProbabilities: false };
      for await (const { id } of drawAfter(branch, ids, drawing)) yield id;
    } finally {
      release();
    }
  }

  async generateSeveral(prompt: number[], options: SeveralOptions): Promise<Continuation[]> {
    const { seeds, conversation, signal } = options;
    const continuations = seeds.map((): Continuation => ({ ids: [], logProbabilities: [] }));
    const own = await this.#conversations.take(conversation, signal);
    if (own === undefined) return continuations;
    const forks = seeds.length > 1 ? this.#forks.takeIdle(seeds.length) : [];
    let drawing: Promise<void>[] = [];
    try {
      const last = await own.resource.evaluate(this.#fitting(prompt), { signal, isWhole: seeds.length > 1 });
      if (last === undefined) return continuations;
      for (const { resource } of forks) await resource.copy(own.resource);
      const waiting = [...seeds.keys()];
      // Its own branch is far from theirs, and would be evaluated by itself.
      const branches = (forks.length > 0 ? forks : [own]).map(({ resource }) => resource);
      drawing = branches.map(async (branch) => {
        for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
          const ids = await branch.evaluate(prompt as Token[], { signal });
          if (ids !== undefined)
            await drawInto(continuations[index] as Continuation, branch, ids, options, index);
        }
      });
      await Promise.all(drawing);
      return continuations;
    } finally {
      await Promise.allSettled(drawing);
      for (const { release } of [own, ...forks]) release();
    }
  }

  async score(prompt: number[], continuation: number[], options?: ReadOptions): Promise<number[]> {
    const weighed = await this.weigh(prompt, continuation, 0, options);
    return weighed.map(({ logProbability }) => logProbability as number);
  }

  weigh(
    prompt: number[],
    continuation: number[],
    likeliest: number,
    options: ReadOptions = {},
  ): Promise<WeighedId[]> {
    this.#fitting([...prompt, ...continuation]);
    return this.#read(options, (branch) =>
      weighIn(branch, prompt as Token[], continuation as Token[], likeliest),
    );
  }

  async nextProbabilities(prompt: number[], ids: number[], options: ReadOptions = {}): Promise<number[]> {
    const [next = []] = await this.#read(options, (branch) =>
      readIn(branch, this.#fitting(prompt), [ids as Token[]]),
    );
    return next.map(Math.exp);
  }

  forget(conversation: string): void {
    this.#conversations.forget(conversation);
  }

  setThreads(threads: number): void {
    this.#model.watch.fix(threads);
  }

  close(): Promise<void> {
    return this.#model.close();
  }

  async #read<T>({ conversation, signal }: ReadOptions, read: (branch: Branch) => Promise<T>): Promise<T> {
    const own = await this.#conversations.take(conversation, signal);
    if (own === undefined) throw signal?.reason;
    try {
      return await read(own.resource);
    } finally {
      own.release();
    }
  }

  #fitting(prompt: number[]): Token[] {
    if (prompt.length > 0 && prompt.length < this.contextLength) return prompt as Token[];
    throw new RangeError(`A prompt of ${prompt.length} ids for a context of ${this.contextLength}.`);
  }
}

async function drawInto(
  continuation: Continuation,
  branch: Branch,
  ids: Token[],
  options: SeveralOptions,
  index: number,
): Promise<void> {
  const { seeds, isOver, onDrawn, maySay = () => true } = options;
  const drawing = {
    ...options,
    seed: seeds[index] as number,
    maySay: (id: number) => maySay(id, index),
    withLogProbabilities: true,
  };
  for await (const drawn of drawAfter(branch, ids, drawing)) {
    continuation.ids.push(drawn.id);
    continuation.logProbabilities?.push(drawn.logProbability as number);
    onDrawn?.(drawn, index);
    if (isOver(continuation.ids, index)) return;
  }
}
