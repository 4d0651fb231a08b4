import type { Turn } from "../../../handoffs/index.ts";
import type { Transcript } from "../../../transcript/index.ts";
import type { Engine } from "../../engines/index.ts";

type ReadOptions = NonNullable<Parameters<Engine["nextProbabilities"]>[2]>;

/**
 * Probability that the persona's label stands where the next speaker's does: that of its ids, one after the other, for two
 * names may begin with the same id. Undefined where the engine cannot tell.
 */
export async function chanceOfSpeaking(
  engine: Pick<Engine, "score" | "nextProbabilities" | "contextLength">,
  transcript: Pick<Transcript, "nextSpeaker">,
  turns: Turn[],
  options: ReadOptions,
): Promise<number | undefined> {
  const { prompt, label } = transcript.nextSpeaker(turns);
  // Engines take what is shorter than their context.
  const shorter = prompt.length + label.length < engine.contextLength ? undefined : newerHalf(turns);
  if (shorter !== undefined) return chanceOfSpeaking(engine, transcript, shorter, options);
  const logarithms = await engine.score(prompt, label, options);
  if (logarithms !== undefined) return Math.exp(logarithms.reduce((sum, each) => sum + each, 0));
  return oneByOne(engine, prompt, label, options);
}

/** The newer half of what was said; undefined where there is no half. */
function newerHalf(turns: Turn[]): Turn[] | undefined {
  const [turn] = turns;
  if (turns.length > 1 || turn === undefined) return halfOf(turns);
  const bubbles = halfOf(turn.bubbles);
  if (bubbles !== undefined) return [{ ...turn, bubbles }];
  const characters = halfOf([...(turn.bubbles[0] ?? "")]);
  return characters && [{ ...turn, bubbles: [characters.join("")] }];
}

function halfOf<T>(values: T[]): T[] | undefined {
  return values.length > 1 ? values.slice(values.length >> 1) : undefined;
}

/** For engines that tell what comes next, and not what was said. */
async function oneByOne(
  engine: Pick<Engine, "nextProbabilities">,
  prompt: number[],
  label: number[],
  options: ReadOptions,
): Promise<number | undefined> {
  let chance = 1;
  for (const [index, id] of label.entries()) {
    const found = await engine.nextProbabilities([...prompt, ...label.slice(0, index)], [id], options);
    if (found === undefined) return undefined;
    chance *= found[0] ?? 0;
  }
  return chance;
}
