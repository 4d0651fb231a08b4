import fc from "fast-check";
import { expect, test } from "vitest";
import { all, idsFrom, monotonous, newline, openEngine, options } from "./tiny-model.ts";

/** A directory of 16 dimensions in which the likeliest id lies. */
const directions = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: 16, maxLength: 16 })
  .filter((direction) => direction.some((value) => value !== 0));

test("a model that wants to say one id for ever says it some twenty times, and ends", async () => {
  const property = fc.asyncProperty(
    directions,
    fc.constantFrom(0, 0.8, 1.5),
    async (direction, temperature) => {
      const engine = await openEngine(await monotonous(direction), 1);
      const said = await all(engine.generate(idsFrom(1, 10), options({ temperature, maxTokens: 160 })));
      await engine.close();

      expect(said.length).toBe(160);
      if (said[0] !== newline) expect(longestRun(said)).toBeLessThan(40);
    },
  );
  await fc.assert(property, { numRuns: 6, seed: 7 });
});

/** How often one id comes without another between. */
function longestRun(ids: number[]): number {
  let longest = 0;
  let run = 0;
  for (const [index, id] of ids.entries()) {
    run = id === ids[index - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
