import type { LlamaContextSequence, Token } from "node-llama-cpp";

/**
 * Forgets what differs from the prompt; how many of its ids need not be evaluated again.
 *
 * @param atMost The last id is evaluated again in any case: its answer is what comes next.
 */
export async function keepCommonPrefix(
  sequence: LlamaContextSequence,
  prompt: Token[],
  atMost = prompt.length - 1,
): Promise<number> {
  const evaluated = sequence.contextTokens;
  let common = 0;
  while (common < atMost && evaluated[common] === prompt[common]) common++;
  if (sequence.nextTokenIndex > common) {
    await sequence.eraseContextTokenRanges([{ start: common, end: sequence.nextTokenIndex }]);
  }
  return Math.min(common, sequence.nextTokenIndex);
}
