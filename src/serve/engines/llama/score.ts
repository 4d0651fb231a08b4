import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from "node-llama-cpp";
import type { WeighedId } from "../engine.ts";
import type { Branch } from "./branch.ts";
import { placeInBatch } from "./library-internals.ts";
import { likeliestIn, logProbabilities } from "./log-probabilities.ts";

/** How likely each id of `continuation` is after `prompt`, and so many of the likeliest ids in each place. */
export async function weighIn(
  branch: Branch,
  prompt: Token[],
  continuation: Token[],
  likeliest: number,
): Promise<WeighedId[]> {
  if (continuation.length === 0) return [];
  const asked = continuation.map((id) => [id]);
  const places = await placesIn(branch, [...prompt, ...continuation.slice(0, -1)], asked, likeliest);
  return continuation.map((id, index) => {
    const { logits, totalWeight } = places[index] as Place;
    const [logProbability] = logProbabilities([id], logits, totalWeight);
    return { id, logProbability, likeliest: likeliestIn(likeliest, logits, totalWeight) };
  });
}

/** Natural logarithm of the probability of each of `asked` after each of the last ids; one list for each of them. */
export async function readIn(branch: Branch, ids: Token[], asked: Token[][]): Promise<number[][]> {
  const places = await placesIn(branch, ids, asked, 0);
  return places.map(({ logits, totalWeight }, index) =>
    logProbabilities(asked[index] ?? [], logits, totalWeight),
  );
}

/** What the model makes of one place: logits of some ids, and what all of them weigh together. */
interface Place {
  logits: ReadonlyMap<number, number>;
  totalWeight: number;
}

async function placesIn(branch: Branch, ids: Token[], asked: Token[][], likeliest: number): Promise<Place[]> {
  const first = ids.length - asked.length;
  const known = await branch.keepCommonPrefix(ids, first);
  await branch.lockstep.untilUnlocked();
  const items = ids
    .slice(known)
    .map((id, index) =>
      known + index < first ? id : readAfter(id, asked[known + index - first] ?? [], likeliest),
    );
  const outputs = await branch.sequence.controlledEvaluate(items, {
    evaluationPriority: placeInBatch(branch.sequence),
  });
  return asked.map((_, index) => placeOf(outputs[first - known + index]));
}

/**
 * Asks for the logits of some ids and of the likeliest.
 *
 * Drawn greedily, because every other way of drawing first cuts off ids and divides logits by the temperature.
 */
function readAfter(id: Token, tokens: Token[], includeTop: number): ControlledEvaluateInputItem {
  const logits = { filter: { tokens, includeSelected: true, includeTop } };
  return [id, { generateNext: { logits, totalLogitWeight: true, options: { temperature: 0 } } }];
}

type Output = Awaited<ReturnType<LlamaContextSequence["controlledEvaluate"]>>[number] | undefined;

function placeOf(output: Output): Place {
  const { logits = new Map<Token, number>(), totalLogitWeight = Number.NaN } = output?.next ?? {};
  return { logits, totalWeight: totalLogitWeight };
}
