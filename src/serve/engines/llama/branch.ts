import type { EvaluationPriority, LlamaContextSequence, Token } from "node-llama-cpp";
import { copyState, placeInBatch } from "./library-internals.ts";
import type { Lockstep } from "./lockstep.ts";

/** Ids of a prompt after which it is asked whether anybody still wants it. */
const idsAtOnce = 256;

/** Checkpoints of a branch that cannot be cut; each costs memory. */
const checkpointsKept = 4;

/** How a context's sequences are made. */
export const branchOptions = { checkpoints: { max: checkpointsKept, interval: false as const } };

/** Ids that the model has evaluated one after another, in a sequence of its context. */
export class Branch {
  readonly sequence: LlamaContextSequence;
  readonly lockstep: Lockstep;
  readonly #place: { evaluationPriority: EvaluationPriority };

  constructor(sequence: LlamaContextSequence, lockstep: Lockstep) {
    this.sequence = sequence;
    this.lockstep = lockstep;
    this.#place = { evaluationPriority: placeInBatch(sequence) };
  }

  /**
   * Evaluates what is not known yet of a prompt, and gives its last ids, which are left: the answer to the last one is
   * what comes next. Undefined where the signal was raised meanwhile.
   *
   * @param isWhole Leaves nothing but the last id, so that others can go on from here too.
   */
  async evaluate(
    prompt: Token[],
    {
      signal,
      isWhole = this.sequence.needsCheckpoints,
    }: { signal?: AbortSignal | undefined; isWhole?: boolean },
  ): Promise<Token[] | undefined> {
    const end = prompt.length - 1;
    let known = await this.keepCommonPrefix(prompt);
    while (isWhole ? known < end : prompt.length - known > idsAtOnce) {
      if (signal?.aborted) return undefined;
      const part = prompt.slice(known, Math.min(known + idsAtOnce, end));
      await this.lockstep.untilUnlocked();
      await this.sequence.evaluateWithoutGeneratingNewTokens(part, this.#place);
      known += part.length;
    }
    // What cannot be cut anywhere can be taken back to here, whatever is drawn next.
    if (this.sequence.needsCheckpoints) await this.lockstep.between(() => this.sequence.takeCheckpoint());
    return signal?.aborted ? undefined : prompt.slice(known);
  }

  /**
   * Forgets what differs from the prompt; how many of its ids need not be evaluated again.
   *
   * @param atMost The last id is evaluated again in any case.
   */
  async keepCommonPrefix(prompt: Token[], atMost = prompt.length - 1): Promise<number> {
    const evaluated = this.sequence.contextTokens;
    let common = 0;
    while (common < atMost && evaluated[common] === prompt[common]) common++;
    await this.#cut(common);
    return Math.min(common, this.sequence.nextTokenIndex);
  }

  /** Goes on where `original` is, whatever this branch held. */
  async copy(original: Branch): Promise<void> {
    const isCopied = await this.lockstep.between(() => copyState(original.sequence, this.sequence));
    if (isCopied) return;
    await this.forget();
    await this.sequence.evaluateWithoutGeneratingNewTokens(original.sequence.contextTokens, this.#place);
  }

  forget(): Promise<void> {
    return this.#cut(0);
  }

  async #cut(start: number): Promise<void> {
    const end = this.sequence.nextTokenIndex;
    if (end <= start) return;
    await this.lockstep.between(() => this.sequence.eraseContextTokenRanges([{ start, end }]));
  }
}
