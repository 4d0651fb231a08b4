import type { ToyModel } from "./index.ts";

export interface Step {
  id: number;
  logProbability: number;
  top: [id: number, logProbability: number][];
}

/** Draws by the seed: the likeliest at temperature 0, else the one whose turn it is. What a bias bars is never drawn. */
export function* drawIds(
  model: ToyModel,
  prompt: number[],
  {
    count,
    seed,
    temperature,
    bias,
  }: { count: number; seed: number; temperature: number; bias: Map<number, number> },
): Generator<Step> {
  const ids = [...prompt];
  for (let drawn = 0; drawn < count; drawn++) {
    const known = model(ids);
    const certain = [...bias].find(([, added]) => added >= 100)?.[0];
    const allowed = known.map(([id]) => id).filter((id) => !((bias.get(id) ?? 0) <= -100));
    const id = certain ?? allowed[temperature === 0 ? 0 : seed % allowed.length];
    if (id === undefined) return;
    const top = known.map(([each, probability]): [number, number] => [each, Math.log(probability)]);
    yield { id, logProbability: top.find(([each]) => each === id)?.[1] ?? -20, top };
    ids.push(id);
  }
}
