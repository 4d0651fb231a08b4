import path from "node:path";
import { expect, test } from "vitest";
import { all, openEngine, options } from "./tiny-model.ts";

/** Random weights: what they keep of a text cannot be cut anywhere, being one state, or a window that slides. */
test.each(["falcon-mamba.gguf", "gemma3.gguf"])(
  "%s goes on from what it evaluated before as if it were evaluated anew",
  async (file) => {
    const engine = await openEngine(path.resolve("test/fixtures/models", file), 2);
    const said = Array.from({ length: 30 }, (_, index) => 10 + ((index * 17) % 40));
    await all(engine.generate(said, options({ conversation: "kept", maxTokens: 10 })));
    const ids = [11, 12, 13, 14];
    for (const prompt of [[...said, 15, 16, 17], [...said.slice(0, 15), 20, 21], said]) {
      const kept = await engine.nextProbabilities(prompt, ids, { conversation: "kept" });
      const anew = await engine.nextProbabilities(prompt, ids);
      for (const [index, probability] of (kept ?? []).entries())
        expect(probability).toBeCloseTo(anew?.[index] ?? 0, 5);
    }
    const seeds = [1, 2, 3];
    const asked = { ...options({ conversation: "kept", maxTokens: 8 }), seeds, isOver: () => false };
    const together = await engine.generateSeveral(said, asked);
    const oneByOne = [];
    for (const seed of seeds)
      oneByOne.push(await all(engine.generate(said, options({ seed, maxTokens: 8 }))));
    await engine.close();

    expect(together.map(({ ids }) => ids)).toEqual(oneByOne);
  },
);
