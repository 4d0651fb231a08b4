/** Something that continues token ids. */
export interface Engine {
  /** Ids that fit into the model's context, prompt and reply together. */
  readonly contextLength: number;
  /** Where it computes, for people: `llama.cpp on CPU, 1 thread`. */
  readonly about: string;
  /**
   * Continues `prompt`, one id at a time, until the caller stops reading, the signal is raised or `maxTokens` are said.
   *
   * Ids that end a turn are given like any other: only the caller knows what they mean.
   */
  generate(prompt: number[], options: GenerateOptions): AsyncGenerator<number>;
  /**
   * Draws a continuation of `prompt` for each of `seeds`, together: the prompt is evaluated once, and they share its
   * state. With a seed comes what `generate` would draw with it, up to rounding. A raised signal gives what was drawn.
   */
  generateSeveral(prompt: number[], options: SeveralOptions): Promise<Continuation[]>;
  /**
   * Natural logarithm of the probability of each id of `continuation` after `prompt`, as the model has it: nothing is cut
   * off and the temperature is 1. Undefined where the engine cannot tell.
   */
  score(prompt: number[], continuation: number[], options?: ReadOptions): Promise<number[] | undefined>;
  /** As `score`, with so many of the likeliest ids in each place. Undefined where the engine cannot tell. */
  weigh(
    prompt: number[],
    continuation: number[],
    likeliest: number,
    options?: ReadOptions,
  ): Promise<WeighedId[] | undefined>;
  /** Probability of each of `ids` to come right after `prompt`; undefined where the engine cannot tell. */
  nextProbabilities(prompt: number[], ids: number[], options?: ReadOptions): Promise<number[] | undefined>;
  /** Forgets the evaluated state of a conversation. What is being drawn in it goes on. */
  forget(conversation: string): void;
  close(): Promise<void>;
}

export interface GenerateOptions {
  /** Names whose prompt it is: what that conversation evaluated before is not evaluated again. */
  conversation: string;
  temperature: number;
  topP: number;
  minP: number;
  seed: number;
  maxTokens: number;
  signal: AbortSignal;
  /**
   * Whether a drawn id may be said. One that may not is taken back and another is drawn in its place; the reply ends
   * where too many of them may not.
   */
  maySay?: (id: number) => boolean;
  /** Draws as the model has it, without the penalty that keeps replies from repeating themselves. */
  mayRepeat?: boolean;
}

export interface SeveralOptions extends Omit<GenerateOptions, "seed" | "maySay"> {
  seeds: number[];
  /** Whether the continuation of the seed with that index is complete; asked after each of its ids. */
  isOver(ids: number[], index: number): boolean;
  /** As in `generate`, for that continuation. */
  maySay?: (id: number, index: number) => boolean;
  /** Told each id as it is drawn, before `isOver` is asked. */
  onDrawn?(drawn: WeighedId, index: number): void;
  /** How many of the likeliest ids `onDrawn` is told with each, where the engine can tell. */
  likeliest?: number;
}

/** An id in its place, as the model has it: nothing is cut off and the temperature is 1. */
export interface WeighedId {
  id: number;
  /** Natural logarithm; undefined where the engine cannot tell. */
  logProbability: number | undefined;
  /** The likeliest ids in that place and their log-probabilities, the likeliest first. */
  likeliest: [id: number, logProbability: number][];
}

export interface Continuation {
  ids: number[];
  /** Of each id, as `score` gives it; undefined where the engine cannot tell. */
  logProbabilities: number[] | undefined;
}

export interface ReadOptions {
  /** Whose prompt it is; without one, nothing of it is kept. */
  conversation?: string;
  signal?: AbortSignal;
}
