import { expect, test } from "vitest";
import { severalThreads, type WordCounts } from "../../../src/prepare/facts/words.ts";
import { findTypicalWords } from "../../../src/prepare/report/typical-words.ts";

const several = severalThreads;

test("the z-score is that of Monroe et al. 2008 with a prior of a thousand words", () => {
  const words: WordCounts = { gladly: [60, 20, several, several] };
  const { persona } = findTypicalWords(words, { persona: 5_000, others: 5_000 });

  // prior 1000 · 80 / 10000 = 8; odds 68 / 5932 and 28 / 5972; variance 1/68 + 1/28.
  const logOdds = Math.log(68 / 5932) - Math.log(28 / 5972);
  expect(persona[0]?.zScore).toBeCloseTo(logOdds / Math.sqrt(1 / 68 + 1 / 28), 10);
  expect(persona[0]?.ratio).toBeCloseTo(Math.exp(logOdds), 10);
});

test("a word is shown for a side that wrote it often and in several threads, whatever the other side did", () => {
  const words: WordCounts = {
    habit: [90, 0, several, 0],
    secret: [90, 0, 7, 0],
    echoed: [90, 3, 7, several],
    seldom: [7, 0, several, 0],
    theirs: [2, 90, 7, several],
    common: [500, 500, several, several],
  };
  const typical = findTypicalWords(words, { persona: 5_000, others: 5_000 });

  expect(typical.persona.map(({ word }) => word)).toEqual(["habit"]);
  expect(typical.others.map(({ word }) => word)).toEqual(["theirs"]);
});

test("names are no habits", () => {
  const words: WordCounts = { élodie: [90, 0, several, 0], gladly: [80, 0, several, 0] };
  const typical = findTypicalWords(words, { persona: 5_000, others: 5_000 }, { names: ["Élodie Eriksen"] });

  expect(typical.persona.map(({ word }) => word)).toEqual(["gladly"]);
});
