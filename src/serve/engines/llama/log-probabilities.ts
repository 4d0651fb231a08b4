/**
 * Natural logarithms of the probabilities of some ids.
 *
 * @param logits Of these ids and of the likeliest, to which the total is relative.
 */
export function logProbabilities(
  ids: readonly number[],
  logits: ReadonlyMap<number, number>,
  totalWeight: number,
): number[] {
  const total = Math.max(...logits.values()) + Math.log(totalWeight);
  return ids.map((id) => (logits.get(id) ?? Number.NaN) - total);
}

/** The likeliest of those ids and the logarithms of their probabilities, the likeliest first. */
export function likeliestIn(
  count: number,
  logits: ReadonlyMap<number, number>,
  totalWeight: number,
): [id: number, logProbability: number][] {
  const ids = [...logits].sort(([, one], [, other]) => other - one).slice(0, count);
  const values = logProbabilities(
    ids.map(([id]) => id),
    logits,
    totalWeight,
  );
  return ids.map(([id], index) => [id, values[index] as number]);
}
