/**
 * What node-llama-cpp has inside and does not export: its exact version is pinned in package.json, and
 * test/serve/engines/llama/ draws, forks and cuts with a real model.
 *
 * By its public way, an id that may not be said costs an evaluation to take back, the probability of what was drawn is
 * lost, and a shared prefix is evaluated for each reply.
 */
import type { EvaluationPriority, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import type { WeighedId } from "../engine.ts";
import { likeliestIn, logProbabilities } from "./log-probabilities.ts";

/** How ids are drawn, by the names that the library's binary has for it. */
export interface SamplerSettings {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  seed: number;
  dryRepeatPenaltyStrength: number;
  dryRepeatPenaltyBase: number;
  dryRepeatPenaltyAllowedLength: number;
  dryRepeatPenaltyLastTokens: number;
  dryRepeatPenaltySequenceBreakers: string[];
  tokenBiasKeys: Uint32Array;
  tokenBiasValues: Float32Array;
}

/** Draws ids; remembers its random numbers and what it drew. */
export interface Sampler {
  /** Replaces all settings: those that are missing are off. */
  applyConfig(settings: Partial<SamplerSettings>): void;
  dispose(): void;
}

interface ModelInside {
  _model: unknown;
  _getOrLoadLora(file: string): Promise<unknown>;
  _llama: { _bindings: { AddonSampler: new (model: unknown) => Sampler } };
}

/** Which logits are wanted: of these ids, the highest, the lowest, of the id drawn, and so many of the likeliest. */
type LogitFilter = [ids: number[], highest: boolean, lowest: boolean, drawn: boolean, top: number];

interface ContextInside {
  sampleToken(row: number, sampler: Sampler): Promise<number>;
  sampleToken(
    row: number,
    sampler: Sampler,
    withProbabilities: false,
    withConfidence: false,
    logits: LogitFilter,
    withTotal: true,
  ): Promise<[id: number, never, never, logits: number[], total: number]>;
}

interface SequenceInside {
  _sequenceId: number;
  _context: { _ctx: ContextInside };
  _decodeTokens<T>(
    ids: Token[],
    wanted: boolean[],
    priority: number,
    meter: unknown,
    shift: { size: number; strategy: "eraseBeginning" },
    read: (row: number) => Promise<T>,
  ): Promise<T[]>;
  _copyStateFromOtherSequence(other: LlamaContextSequence, length: number): Promise<boolean>;
}

export function createSampler(model: LlamaModel): Sampler {
  const inside = model as unknown as ModelInside;
  return new inside._llama._bindings.AddonSampler(inside._model);
}

/** What the model makes of one place in a sequence, until the next batch is evaluated. */
export class Logits {
  readonly #context: ContextInside;
  readonly #row: number;

  constructor(context: ContextInside, row: number) {
    this.#context = context;
    this.#row = row;
  }

  draw(sampler: Sampler): Promise<number> {
    return this.#context.sampleToken(this.#row, sampler);
  }

  /**
   * @param likeliest How many of the likeliest ids are told too.
   * @param greedy A sampler without settings: every other one first cuts off ids and divides logits.
   */
  async weigh(id: number, likeliest: number, greedy: Sampler): Promise<WeighedId> {
    const filter: LogitFilter = [[id], false, false, true, likeliest];
    const [, , , pairs, total] = await this.#context.sampleToken(
      this.#row,
      greedy,
      false,
      false,
      filter,
      true,
    );
    const logits = new Map<number, number>();
    for (let at = 0; at + 1 < pairs.length; at += 2) logits.set(pairs[at] as number, pairs[at + 1] as number);
    // The greedy sampler draws the likeliest id, whose logit is therefore among them.
    const [logProbability] = logProbabilities([id], logits, total);
    return { id, logProbability, likeliest: likeliestIn(likeliest, logits, total) };
  }
}

/** Evaluates ids at the end of a sequence; `read` gets what comes after the last of them. */
export async function evaluateAndRead<T>(
  sequence: LlamaContextSequence,
  ids: Token[],
  read: (logits: Logits) => Promise<T>,
): Promise<T> {
  const inside = sequence as unknown as SequenceInside;
  const wanted: boolean[] = [];
  wanted[ids.length - 1] = true;
  const results = await inside._decodeTokens(
    ids,
    wanted,
    placeInBatch(sequence),
    sequence.tokenMeter,
    { size: 1, strategy: "eraseBeginning" },
    (row) => read(new Logits(inside._context._ctx, row)),
  );
  return results[ids.length - 1] as T;
}

/**
 * Where a sequence comes in a batch, given to the library as an evaluation's priority, which is all that a batch is told:
 * llama.cpp evaluates sequences together only where their numbers follow one another.
 */
export function placeInBatch(sequence: LlamaContextSequence): EvaluationPriority {
  return (sequence as unknown as SequenceInside)._sequenceId as EvaluationPriority;
}

/** Gives `copy` the evaluated state of `original`, where both are of one context; false where it could not. */
export function copyState(original: LlamaContextSequence, copy: LlamaContextSequence): Promise<boolean> {
  return (copy as unknown as SequenceInside)._copyStateFromOtherSequence(original, original.nextTokenIndex);
}

/** Brings an adapter into memory, for the contexts of its model that lay it over. */
export async function readAdapter(model: LlamaModel, file: string): Promise<void> {
  await (model as unknown as ModelInside)._getOrLoadLora(file);
}
