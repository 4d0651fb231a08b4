import { expect, test } from "vitest";
import { compareEvaluations, formatFigure } from "../../../src/evaluate/index.ts";
import { around, evaluationOf, goodParts } from "../evaluation.ts";

const servedAs = (run: string, served: object) =>
  evaluationOf(run, { twoSample: { ...goodParts.twoSample, served } });
const verdictsOf = (name: string, ...evaluations: ReturnType<typeof evaluationOf>[]) =>
  compareEvaluations(evaluations)
    .find((comparison) => comparison.name === name)
    ?.figures.map(({ run, verdict }) => [run, verdict]);

test("a difference is better or worse once it is beyond chance, and in the right direction", () => {
  const verdicts = verdictsOf(
    "told from the real one, as served",
    servedAs("aaaa", around(0.62, 0.02)),
    servedAs("bbbb", around(0.56, 0.02)),
    servedAs("cccc", around(0.7, 0.02)),
    servedAs("dddd", around(0.64, 0.02)),
  );

  expect(verdicts).toEqual([
    ["aaaa", undefined],
    ["bbbb", "better"],
    ["cccc", "worse"],
    ["dddd", "no real difference"],
  ]);
});

test("a figure without an interval gives a difference and no verdict", () => {
  const { likelihood } = goodParts;
  const cheaper = { ...likelihood, persona: { base: 1.37, run: 1.2 } };
  const [comparison] = compareEvaluations([
    evaluationOf("aaaa"),
    evaluationOf("bbbb", { likelihood: cheaper }),
  ]).filter(({ name }) => name === "bits per byte, the persona");

  expect(comparison?.figures[1]).toEqual({
    run: "bbbb",
    value: 1.2,
    difference: expect.closeTo(-0.065),
    verdict: "measured without an interval",
  });
});

test("what only some have measured is compared among them, and one alone is not compared", () => {
  const skipped = evaluationOf("bbbb", { twoSample: { skipped: "too few" } });

  expect(verdictsOf("told from the real one, as served", evaluationOf("aaaa"), skipped)).toBeUndefined();
  expect(compareEvaluations([evaluationOf("aaaa")])).toEqual([]);
  expect(compareEvaluations([])).toEqual([]);
});

/** Costs of ten conversations, dear ones and cheap ones, of which the run spares a share, give or take a little. */
function sparing(share: number, shards: string) {
  const byConversation = Array.from({ length: 10 }, (_, conversation) => {
    const base = 1000 * (1 + conversation);
    const kept = 1 - share + (conversation % 2 === 0 ? 0.002 : -0.002);
    const others = { base, run: base, bytes: 500 };
    return { conversation, persona: { base, run: base * kept, bytes: 500 }, others };
  });
  const likelihood = { ...goodParts.likelihood, specificity: around(share, 0.03), byConversation };
  return evaluationOf(`${shards}-${share}`, { likelihood, shards });
}

test("runs on the same held-out conversations are compared conversation by conversation", () => {
  const verdict = (...evaluations: ReturnType<typeof evaluationOf>[]) =>
    verdictsOf("specificity", ...evaluations)?.[1]?.[1];

  expect(verdict(sparing(0.04, "aaaa"), sparing(0.05, "aaaa"))).toBe("better");
  expect(verdict(sparing(0.05, "aaaa"), sparing(0.04, "aaaa"))).toBe("worse");
  expect(verdict(sparing(0.04, "aaaa"), sparing(0.04, "aaaa"))).toBe("no real difference");
});

test("figures of another data set stand beside the others without a difference", () => {
  const comparisons = compareEvaluations([sparing(0.04, "aaaa"), sparing(0.5, "bbbb")]);

  expect(comparisons.length).toBeGreaterThan(1);
  for (const { figures } of comparisons) {
    expect(figures[1]?.verdict).toBe("other data set");
    expect(figures[1]?.difference).toBeUndefined();
  }
});

test("bits a byte have an interval where the conversations are known", () => {
  const [comparison] = compareEvaluations([sparing(0.04, "aaaa"), sparing(0.1, "aaaa")]).filter(
    ({ name }) => name === "bits per byte, the persona",
  );

  expect(comparison?.figures[1]).toMatchObject({
    verdict: "better",
    // 60 parts in 1,000 of 55,000 bits in 5,000 bytes.
    difference: { value: expect.closeTo(-0.66) },
  });
});

test.each([
  [-0.0004, "bits", "0.000"],
  [-0.0004, "points", "0.0 points"],
  [-0.0006, "bits", "-0.001"],
  [0.0004, "bits", "0.000"],
] as const)("what rounds to zero has no sign: %s %s", (value, unit, shown) => {
  expect(formatFigure(value, unit)).toBe(shown);
});
