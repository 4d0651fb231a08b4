import { expect, test } from "vitest";
import { type ComparedRun, type Ranked, rankRuns, whyUnranked } from "../../../src/evaluate/index.ts";
import type { RunRecord, TrainerEvent } from "../../../src/handoffs/index.ts";
import { runRecord } from "../../train/run-record.ts";

type Words = [bits: number, bytes: number][];

/** Conversations of very different cost, so that only pairs tell the runs apart. */
const words: Words = Array.from({ length: 30 }, (_, index) => [100 + 20 * (index % 7), 60 + index]);
const scaled = (factor: number, list = words): Words => list.map(([bits, bytes]) => [factor * bits, bytes]);

function finished(
  id: string,
  personaWords: Words | undefined,
  changes: Partial<RunRecord> = {},
): ComparedRun {
  const [bits, bytes] = (personaWords ?? [[2, 1]]).reduce(
    ([b, n], [bit, byte]) => [b + bit, n + byte],
    [0, 0],
  );
  const run = runRecord({
    id,
    state: "finished",
    personaBitsPerByte: { before: 3, best: bits / bytes },
    ...changes,
  });
  const event = {
    type: "finished",
    steps: 9,
    bestStep: 9,
    bestLoss: 1,
    firstLoss: 2,
    seconds: 1,
    stopped: false,
  };
  return {
    run,
    events: [{ ...event, ...(personaWords && { personaWords }) } as TrainerEvent],
    evaluation: undefined,
  };
}

test("a run that is a little worse in every conversation is really worse, though the intervals overlap", () => {
  const [best, second] = rankRuns([finished("b", scaled(1.01)), finished("a", words)]);

  expect(best).toMatchObject({ id: "a", isLevel: true });
  expect(second).toMatchObject({ id: "b", isLevel: false });
  expect(lowOf(second?.bits)).toBeLessThan(highOf(best?.bits));
  expect(lowOf(second?.behind)).toBeGreaterThan(0);
});

test("a run that is better here and worse there is not really different", () => {
  const mixed = words.map(([bits, bytes], index): [number, number] => [
    bits * (index % 2 ? 0.9 : 1.105),
    bytes,
  ]);
  const ranking = rankRuns([finished("a", words), finished("b", mixed)]);

  expect(ranking.map(({ isLevel }) => isLevel)).toEqual([true, true]);
});

test("identical runs are level, and an interval is the same whenever it is asked for", () => {
  const runs = [finished("a", words), finished("b", words)];

  expect(rankRuns(runs)[1]).toMatchObject({ behind: { value: 0, low: 0, high: 0 }, isLevel: true });
  expect(rankRuns(runs)).toEqual(rankRuns(runs));
});

test("the interval holds what is known of a mean: the middle, and 1.96 standard errors on each side", () => {
  const coins = Array.from({ length: 400 }, (_, index): [number, number] => [index % 2, 1]);
  const [ranked] = rankRuns([finished("a", coins)]);

  expect(ranked?.bits).toMatchObject({ value: 0.5 });
  expect(lowOf(ranked?.bits)).toBeCloseTo(0.5 - (1.96 * 0.5) / 20, 2);
  expect(highOf(ranked?.bits)).toBeCloseTo(0.5 + (1.96 * 0.5) / 20, 2);
});

test("with few conversations, or a run from before they were kept, there is a difference but no verdict", () => {
  const few = words.slice(0, 5);
  for (const [first, other] of [
    [finished("a", scaled(0.5, few)), finished("few", few)],
    [finished("a", scaled(0.5)), finished("old", undefined)],
  ] as const) {
    const [, second] = rankRuns([first, other]);
    expect(second?.behind).toBeTypeOf("number");
    expect(second?.isLevel).toBe(false);
  }
});

test("runs that were measured on different held-out words have no order, and it is said what was not the same", () => {
  const moreWords: Words = words.map(([bits, bytes]) => [2 * bits, bytes + 1]);
  const fewerRows = { settings: { evaluationRows: 16 } };
  const first = finished("a", scaled(0.5));

  for (const [other, cause] of [
    [finished("other", moreWords), "different held-out words, so that"],
    [finished("fewer", words.slice(0, 9), fewerRows), "(not the same: evaluationRows)"],
    [finished("old", undefined, fewerRows), "(not the same: evaluationRows)"],
    [finished("elsewhere", undefined, { dataset: "another" }), "(not the same: dataset)"],
  ] as const) {
    const runs = [first, other, finished("third", words)];
    expect(rankRuns(runs)).toEqual([]);
    expect(whyUnranked(runs)).toContain(cause);
  }
});

test("bases with different tokenisers, and so data sets, are ranked by the same held-out words", () => {
  const runs = [finished("b", scaled(1.01), { dataset: "another" }), finished("a", words)];

  expect(rankRuns(runs).map(({ id }) => id)).toEqual(["a", "b"]);
});

test("only runs that went to their end are ranked", () => {
  const dropped = finished("c", scaled(0.5), { state: "dropped" });

  expect(rankRuns([finished("a", words), dropped]).map(({ id }) => id)).toEqual(["a"]);
  expect(rankRuns([dropped])).toEqual([]);
});

function lowOf(figure: Ranked["bits"] | undefined): number {
  return typeof figure === "object" ? figure.low : Number.NaN;
}

function highOf(figure: Ranked["bits"] | undefined): number {
  return typeof figure === "object" ? figure.high : Number.NaN;
}
