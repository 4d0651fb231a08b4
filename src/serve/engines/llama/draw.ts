import type { LlamaModel, Token } from "node-llama-cpp";
import type { GenerateOptions, WeighedId } from "../engine.ts";
import { likeliest, maxTakenBack } from "../limits.ts";
import type { Branch } from "./branch.ts";
import {
  createSampler,
  evaluateAndRead,
  type Logits,
  type Sampler,
  type SamplerSettings,
} from "./library-internals.ts";

type DrawOptions = Omit<GenerateOptions, "conversation"> & {
  withLogProbabilities: boolean;
  likeliest?: number;
};

/**
 * "Don't repeat yourself": whatever would go on with a repetition of more than a few ids becomes less likely with each of
 * them, until something else is drawn. Laughter and "no no no no" are shorter than that.
 */
const dryRepeatPenalty = {
  dryRepeatPenaltyStrength: 0.8,
  dryRepeatPenaltyBase: 1.75,
  dryRepeatPenaltyAllowedLength: 6,
  // Lines end bubbles and turns: no penalty may keep one from ending. What else ends a turn never comes twice in a reply.
  dryRepeatPenaltySequenceBreakers: ["\n"],
  // Not the library's default of -1, which llama.cpp 0.5.0 takes for none at all.
  dryRepeatPenaltyLastTokens: 256,
};

/**
 * Continues a branch after `ids`, which are not evaluated yet, until the caller stops, the signal is raised, or no
 * id that may be said is found. Ends where the context is full, because what has learned positions cannot be shifted.
 */
export async function* drawAfter(
  { sequence, lockstep }: Branch,
  ids: Token[],
  options: DrawOptions,
): AsyncGenerator<WeighedId> {
  const choice = new Choice(sequence.model, options);
  const reply = {};
  try {
    let unevaluated = ids;
    for (let count = 0; count < options.maxTokens && !options.signal.aborted; count++) {
      if (sequence.nextTokenIndex + unevaluated.length >= sequence.contextSize) return;
      lockstep.arrive(reply);
      await lockstep.untilUnlocked();
      const drawn = await evaluateAndRead(sequence, unevaluated, async (logits) => {
        const chosen = await choice.from(logits);
        lockstep.expect(reply);
        return chosen;
      });
      if (drawn === undefined) return;
      yield drawn;
      unevaluated = [drawn.id as Token];
    }
  } finally {
    lockstep.arrive(reply);
    choice.dispose();
  }
}

/** Draws one id after another of a reply. */
class Choice {
  readonly #options: DrawOptions;
  readonly #settings: Partial<SamplerSettings>;
  readonly #sampler: Sampler;
  /** Undefined unless probabilities are asked for. */
  readonly #greedy: Sampler | undefined;
  #takenBack = 0;

  constructor(model: LlamaModel, options: DrawOptions) {
    this.#options = options;
    const { temperature, topP, minP, seed, withLogProbabilities, mayRepeat = false } = options;
    const penalty = mayRepeat ? {} : dryRepeatPenalty;
    this.#settings = { temperature, topP, minP, seed, topK: likeliest, ...penalty };
    this.#sampler = createSampler(model);
    this.#greedy = withLogProbabilities ? createSampler(model) : undefined;
    this.#greedy?.applyConfig({});
  }

  /** Undefined where too many ids may not be said. */
  async from(logits: Logits): Promise<WeighedId | undefined> {
    const barred: number[] = [];
    for (;;) {
      this.#sampler.applyConfig({ ...this.#settings, ...without(barred) });
      const id = await logits.draw(this.#sampler);
      if (id < 0) return undefined;
      if (this.#options.maySay?.(id) ?? true) return this.#weigh(logits, id);
      if (++this.#takenBack > maxTakenBack) return undefined;
      barred.push(id);
    }
  }

  async #weigh(logits: Logits, id: number): Promise<WeighedId> {
    if (this.#greedy === undefined) return { id, logProbability: undefined, likeliest: [] };
    return logits.weigh(id, this.#options.likeliest ?? 0, this.#greedy);
  }

  dispose(): void {
    this.#sampler.dispose();
    this.#greedy?.dispose();
  }
}

function without(barred: number[]): Partial<SamplerSettings> {
  if (barred.length === 0) return {};
  return {
    tokenBiasKeys: Uint32Array.from(barred),
    tokenBiasValues: new Float32Array(barred.length).fill(Number.NEGATIVE_INFINITY),
  };
}
