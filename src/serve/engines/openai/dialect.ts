import type { GenerateOptions } from "../engine.ts";

/** What is asked of a server: continuations of one prompt. */
export interface DrawRequest
  extends Pick<GenerateOptions, "temperature" | "topP" | "minP" | "seed" | "maxTokens"> {
  prompt: number[];
  /** How many continuations; each later one is drawn with the next seed. */
  count: number;
  /** What is added to the logit of an id. */
  bias: ReadonlyMap<number, number>;
  wantsLogProbabilities: boolean;
}

/** A part of one continuation. */
export interface Part {
  index: number;
  ids: number[];
  /** What the ids say, where the server tells: it may say more than they do. */
  text?: string;
  /** Of each id, by the model alone; left out where the server does not tell. */
  logProbabilities?: number[];
}

/** How one kind of server is asked, and how its answers are read. */
export interface Dialect {
  /** For people: `llama-server`. */
  readonly name: string;
  /** The model as the server calls it. */
  readonly model: string;
  readonly contextLength: number;
  /** How many continuations one request may ask for. */
  readonly maxCount: number;
  readonly path: string;
  /** `-Infinity` bars an id, `Infinity` chooses it. */
  bodyOf(draw: DrawRequest): object;
  partsOf(event: unknown): Part[];
  /** The likeliest ids to come next, as many as the server likes to tell, and their log-probabilities. */
  bodyOfNext(prompt: number[]): object;
  nextOf(answer: unknown): Map<number, number>;
  /** Asks for the log-probabilities of the prompt itself; undefined where no server of this kind can tell them. */
  bodyOfScore?(ids: number[]): object;
  /** Of each of `ids` but the first. */
  scoreOf?(answer: unknown, ids: number[]): number[] | undefined;
  /** Asks for the ids of a text, in which nothing is meant to be a special token. */
  bodyOfTokenize(text: string): object;
}

/** Seeds have 32 bits, and with all of them set llama.cpp takes one by chance. */
export const largestSeed = 2 ** 32 - 1;
