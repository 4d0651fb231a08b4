import { expect, test } from "vitest";
import { closestNames, didYouMean } from "../src/closest-names.ts";

const people = ["Ana Lima", "Ben Ito", "Zoë Fox", "Łukasz Żak", "Maria de Souza", "山田太郎", "小明"];

test.each([
  ["Bem Ito", ["Ben Ito"]],
  ["Bne", ["Ben Ito"]],
  ["ana", ["Ana Lima"]],
  ["Ana Souza", ["Ana Lima", "Maria de Souza"]],
  ["Zoe Foxx", ["Zoë Fox"]],
  ["Benjamin Ito", ["Ben Ito"]],
  ["Lukas Zak", ["Łukasz Żak"]],
  ["Maria Sousa", ["Maria de Souza"]],
  ["山田太朗", ["山田太郎"]],
  ["小敏", ["小明"]],
])("%s may mean %j", (typed, meant) => {
  expect(closestNames(typed, people).sort()).toEqual(meant.sort());
});

test.each(["Carla", "Otto Kern", "x", "Max", "田中", "nobody here", "🌻", ""])(
  "nobody resembles %j",
  (typed) => {
    expect(didYouMean(typed, people)).toBeUndefined();
  },
);

test("the nearest comes first, and three at most are offered", () => {
  expect(didYouMean("Bem Ito", ["Ben Itow", "Ben Ito", "Bem Itoh", "Ben Its", "Bea Ito"])).toBe(
    'Did you mean "Bem Itoh" or "Ben Ito" or "Bea Ito"?',
  );
});
