import { expect, test } from "vitest";
import { duelsOf, eloOf, type Vote } from "../../../src/evaluate/index.ts";

const vote = (chosen: string | null, ...among: string[]): Vote => ({
  type: "vote",
  at: "2026-01-01",
  relation: "friend",
  among,
  chosen,
});
const times = (count: number, one: Vote) => Array<Vote>(count).fill(one);

test("who is chosen wins against each that stood beside, and nobody else does", () => {
  const votes = [
    ...times(3, vote("aaaa", "aaaa", "base", "real")),
    ...times(2, vote("real", "aaaa", "base", "real")),
    vote(null, "aaaa", "base", "real"),
    vote("base", "base", "real"),
  ];

  expect(duelsOf("aaaa", votes)).toEqual([
    { other: "base", won: 3, of: 3, share: expect.objectContaining({ value: 1 }) },
    { other: "real", won: 3, of: 5, share: expect.objectContaining({ value: 0.6 }) },
  ]);
});

test("strengths are those of the wins, whatever the order of the votes", () => {
  const votes = [
    ...times(90, vote("a", "a", "b")),
    ...times(10, vote("b", "a", "b")),
    ...times(50, vote("b", "b", "c")),
    ...times(50, vote("c", "b", "c")),
  ];
  const elo = eloOf(votes);
  const points = (name: string) => elo.get(name) as number;

  // Nine to one is 382 points.
  expect(points("a") - points("b")).toBeGreaterThan(350);
  expect(points("a") - points("b")).toBeLessThan(400);
  expect(Math.abs(points("b") - points("c"))).toBeLessThan(10);
  expect((points("a") + points("b") + points("c")) / 3).toBeCloseTo(1000);
  expect([...eloOf(votes.toReversed())]).toEqual([...elo]);
});

test("who never lost is strong within bounds", () => {
  expect(eloOf(times(3, vote("a", "a", "b"))).get("a")).toBeLessThan(1300);
  expect(eloOf([])).toEqual(new Map());
});
