import { expect, test } from "vitest";
import type { NamedSource } from "../../../src/ingest/people/renames.ts";
import { findRename, SameWords } from "../../../src/ingest/people/renames.ts";

const rename = { from: "Ana Lima", to: "Ana Reis" };

test("two equal messages in one second each prove that a name was changed to the newer export's", () => {
  expect(findRename(seen(["Ana Lima", "Ana Reis", 2]), group(), [])).toEqual(rename);
  expect(findRename(seen(["Ana Lima", "Ana Reis", 2]), group({ asOf: [2, 1] }), [])).toEqual({
    from: "Ana Reis",
    to: "Ana Lima",
  });
});

test("one equal message in one second is chance in a group, and proof in a chat of two", () => {
  const words = seen(["Ana Lima", "Ana Reis", 1]);
  expect(findRename(words, group(), [])).toBeUndefined();
  expect(findRename(words, chatOfTwo(), [])).toEqual(rename);
});

test("one equal message in one millisecond is proof in a group", () => {
  const words = new SameWords();
  words.note(1_001, { source: 0, sender: "Ana Lima" }, { source: 1, sender: "Ana Reis" });
  expect(findRename(words, group(), [])).toEqual(rename);
});

test("whoever writes in one source under both names is two people", () => {
  const words = seen(["Ana Lima", "Ana Reis", 9]);
  expect(findRename(words, group({ people: [["Ana Lima", "Ana Reis"], ["Ana Reis"]] }), [])).toBeUndefined();
  expect(findRename(words, group({ people: [["Ana Lima"], ["Ana Reis", "Ana Lima"]] }), [])).toBeUndefined();
});

test("a name that could be either of two is neither", () => {
  const words = seen(["Ana Lima", "Ana Reis", 3], ["Ana Lima", "Caro", 3]);
  expect(findRename(words, group(), [])).toBeUndefined();
});

test("of two candidates the one with clearly more equal messages is taken", () => {
  const words = seen(["Ana Lima", "Caro", 2], ["Ana Lima", "Ana Reis", 5]);
  expect(findRename(words, group(), [])).toEqual(rename);
});

test("what is known already is not found again, and the next is", () => {
  const words = seen(["Ana Lima", "Ana Reis", 5], ["Ben Reis", "Ben Cruz", 3]);
  expect(findRename(words, group(), [rename])).toEqual({ from: "Ben Reis", to: "Ben Cruz" });
  expect(findRename(words, group(), [rename, { from: "Ben Reis", to: "Ben Cruz" }])).toBeUndefined();
});

test("between exports of one age the answer does not hang on their order", () => {
  const one = findRename(seen(["Ana Lima", "Ana Reis", 2]), group({ asOf: [1, 1] }), []);
  const swapped = group({ asOf: [1, 1] }).reverse();
  const other = findRename(seen(["Ana Reis", "Ana Lima", 2]), swapped, []);
  expect([one, other]).toEqual([rename, rename]);
});

test("without equal words there is no rename", () => {
  expect(findRename(new SameWords(), group(), [])).toBeUndefined();
});

/** Sightings of equal words in whole seconds: name in the first source, name in the second, how often. */
function seen(...pairs: [one: string, other: string, times: number][]): SameWords {
  const words = new SameWords();
  for (const [one, other, times] of pairs)
    for (let index = 0; index < times; index++)
      words.note(index * 1_000, { source: 0, sender: one }, { source: 1, sender: other });
  return words;
}

function group({
  asOf = [1, 2],
  people = [
    ["Ana Lima", "Ben", "Zoë"],
    ["Ana Reis", "Ben", "Zoë"],
  ],
} = {}): NamedSource[] {
  return people.map((names, index) => ({
    batches: nothing(),
    asOf: asOf[index] as number,
    people: new Set(names),
  }));
}

function chatOfTwo(): NamedSource[] {
  return group({
    people: [
      ["Ana Lima", "Zoë"],
      ["Ana Reis", "Zoë"],
    ],
  });
}

async function* nothing() {}
