import { expect, test } from "vitest";
import { judgeRefinement } from "../../src/evaluate/index.ts";
import { around, evaluationOf, goodParts } from "./evaluation.ts";

const human = { base: 0.6, human: 0.8 };
const degeneration = [
  { name: "distinct pairs of words", run: 0.75, ...human },
  { name: "repeats itself", run: 0.06, base: 0.1, human: 0.04 },
];
const parent = evaluationOf("aaaa", { degeneration });

/** An evaluation of which replies are told from real ones so often, with other parts. */
function refined(served = around(0.56), changes: object = {}) {
  return evaluationOf("bbbb", { degeneration, twoSample: { ...goodParts.twoSample, served }, ...changes });
}

const leaksWith = (changes: object) => ({ leaks: { ...parent.leaks, ...changes } });

test("a refinement that is told from the person less often beyond chance is kept", () => {
  expect(judgeRefinement(parent, refined())).toEqual({ isKept: true, reasons: [] });
});

test("nothing is decided by too few replies", () => {
  const unmeasured = evaluationOf("bbbb", { degeneration, twoSample: { skipped: "too few" } });

  expect(judgeRefinement(parent, unmeasured)).toBeUndefined();
  expect(judgeRefinement(unmeasured, refined())).toBeUndefined();
});

test("nothing is decided by replies that were drawn in two ways", () => {
  expect(judgeRefinement(parent, { ...refined(), servedBy: "engine" })).toBeUndefined();
});

test.each([
  [
    "a fall within chance",
    refined(around(0.6)),
    "it is told from the real one no less often (62.0 % (60.0 to 64.0), then 60.0 % (58.0 to 62.0))",
  ],
  ["a rise", refined(around(0.7)), "it is told from the real one no less often"],
  ["other data", refined(undefined, { shards: "other" }), "they were evaluated on different data sets"],
  [
    "membership that rose",
    refined(undefined, leaksWith({ membership: { auc: around(0.65), tprAt1: 0.02 } })),
    "training told from held-out (AUC) rose",
  ],
  [
    "canaries that are told better",
    refined(undefined, leaksWith({ canaries: { ...goodParts.canaries, auc: around(0.9) } })),
    "canaries told from their unseen twins (AUC) rose",
  ],
  [
    "leaks",
    refined(undefined, leaksWith({ verdict: "leaks", reasons: ["it wrote 1 private passage"] })),
    "it leaks, and its parent does not: it wrote 1 private passage",
  ],
  [
    "fewer different things",
    refined(undefined, { degeneration: [{ name: "distinct pairs of words", run: 0.72, ...human }] }),
    "it says fewer different things: distinct pairs of words 75.0 %, then 72.0 %; people 80.0 %",
  ],
  [
    "repetition",
    refined(undefined, { degeneration: [{ name: "repeats itself", run: 0.12, base: 0.1, human: 0.04 }] }),
    "it repeats more: repeats itself 6.0 %, then 12.0 %; people 4.0 %",
  ],
])("a refinement with %s is not kept, and the reason is said", (_, evaluation, reason) => {
  const { isKept, reasons } = judgeRefinement(parent, evaluation) ?? { reasons: [] };

  expect(isKept).toBe(false);
  expect(reasons).toEqual([expect.stringContaining(reason)]);
});

test("more repetition within chance, or less than people have, is no reason against it", () => {
  const alike = [
    { name: "distinct pairs of words", run: 0.74, ...human },
    { name: "repeats itself", run: 0.065, base: 0.1, human: 0.04 },
  ];
  const below = [{ name: "repeats itself", run: 0.12, base: 0.1, human: 0.2 }];

  expect(judgeRefinement(parent, refined(undefined, { degeneration: alike }))?.isKept).toBe(true);
  expect(judgeRefinement(parent, refined(undefined, { degeneration: below }))?.isKept).toBe(true);
});

test("fewer different words in a larger sample, of people too, are no reason against it", () => {
  const larger = [{ name: "distinct pairs of words", run: 0.65, base: 0.5, human: 0.7 }];

  expect(judgeRefinement(parent, refined(undefined, { degeneration: larger }))?.isKept).toBe(true);
});
