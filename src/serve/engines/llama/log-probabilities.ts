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
