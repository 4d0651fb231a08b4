import { expect, test } from "vitest";
import { fitSpeaking } from "../../../../src/serve/replies/silence/fit.ts";
import { momentsIn } from "../../../../src/serve/replies/silence/moments.ts";
import { turn } from "../../scripted-engine.ts";

test("the threshold lies where most is told right, however seldom the persona speaks", () => {
  // It spoke once in ten times, from a probability of 0.3 on; it seldom speaks twice in a row.
  const judged = Array.from({ length: 200 }, (_, index) => {
    const spoke = index % 10 === 0;
    const chance = spoke ? 0.3 + (index % 7) / 100 : (index % 10) / 40;
    return { conversation: Math.floor(index / 10), spoke, chance, turnsSince: 2 + (index % 10) };
  });
  const fit = fitSpeaking(judged);

  expect(fit?.threshold).toBeGreaterThan(0.225);
  expect(fit?.threshold).toBeLessThanOrEqual(0.3);
  expect(fit?.balancedAccuracy.model).toBe(1);
});

test("what is chosen on one half of the conversations is measured on the other", () => {
  // In each half another rule holds: what was chosen on one is wrong on the other.
  const judged = Array.from({ length: 100 }, (_, index) => {
    const conversation = index % 2;
    const spoke = index % 4 < 2;
    return { conversation, spoke, chance: spoke === (conversation === 0) ? 0.9 : 0.1, turnsSince: 2 };
  });

  expect(fitSpeaking(judged)?.balancedAccuracy.model).toBeLessThan(0.51);
});

test("of one answer alone, nothing is learnt", () => {
  expect(fitSpeaking([{ conversation: 0, spoke: true, chance: 1, turnsSince: 2 }])).toBeUndefined();
});

test("each turn of others in a group is a moment: the persona speaks next, or does not", () => {
  const turns = [
    turn("Ben Ito", "who is in?"),
    turn("Zoe", "me"),
    turn("Ana Lima", "me too"),
    turn("Ben Ito", "great"),
  ];

  expect(momentsIn(turns)).toEqual([
    { turns: turns.slice(0, 1), turnsSince: Number.POSITIVE_INFINITY, spoke: false },
    { turns: turns.slice(0, 2), turnsSince: Number.POSITIVE_INFINITY, spoke: true },
    { turns, turnsSince: 2, spoke: false },
  ]);
  expect(momentsIn(turns.filter(({ speaker }) => speaker !== "Zoe"))).toEqual([]);
});

test("a moment of a long conversation keeps what was said last, and counts beyond it", () => {
  const turns = [
    turn("Ana Lima", "hi"),
    ...Array.from({ length: 99 }, (_, index) => turn(`Friend ${index}`, "x")),
  ];
  const last = momentsIn(turns).at(-1);

  expect(last?.turns.at(-1)).toBe(turns.at(-1));
  expect(last?.turns.length).toBe(40);
  expect(last?.turnsSince).toBe(100);
});
