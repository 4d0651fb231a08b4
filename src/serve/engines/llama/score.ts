import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from "node-llama-cpp";
import type { Branch } from "./branch.ts";
import { placeInBatch } from "./library-internals.ts";
import { logProbabilities } from "./log-probabilities.ts";

/** Natural logarithm of the probability of each id of `continuation` after `prompt`. */
export async function scoreIn(branch: Branch, prompt: Token[], continuation: Token[]): Promise<number[]> {
  if (continuation.length === 0) return [];
  const asked = continuation.map((id) => [id]);
  const read = await readIn(branch, [...prompt, ...continuation.slice(0, -1)], asked);
  return read.flat();
}

/** Natural logarithm of the probability of each of `asked` after each of the last ids; one list for each of them. */
export async function readIn(branch: Branch, ids: Token[], asked: Token[][]): Promise<number[][]> {
  const first = ids.length - asked.length;
  const known = await branch.keepCommonPrefix(ids, first);
  await branch.lockstep.untilUnlocked();
  const items = ids
    .slice(known)
    .map((id, index) => (known + index < first ? id : readAfter(id, asked[known + index - first] ?? [])));
  const outputs = await branch.sequence.controlledEvaluate(items, {
    evaluationPriority: placeInBatch(branch.sequence),
  });
  return asked.map((wanted, index) => logProbabilitiesIn(outputs[first - known + index], wanted));
}

/**
 * Asks for the logits of some ids and of the likeliest.
 *
 * Drawn greedily, because every other way of drawing first cuts off ids and divides logits by the temperature.
 */
function readAfter(id: Token, tokens: Token[]): ControlledEvaluateInputItem {
  const logits = { filter: { tokens, includeSelected: true } };
  return [id, { generateNext: { logits, totalLogitWeight: true, options: { temperature: 0 } } }];
}

type Output = Awaited<ReturnType<LlamaContextSequence["controlledEvaluate"]>>[number] | undefined;

function logProbabilitiesIn(output: Output, wanted: Token[]): number[] {
  const { logits = new Map<Token, number>(), totalLogitWeight = Number.NaN } = output?.next ?? {};
  return logProbabilities(wanted, logits, totalLogitWeight);
}
