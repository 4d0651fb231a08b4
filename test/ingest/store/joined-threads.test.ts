import { expect, test } from "vitest";
import { extreme, joinThreads } from "../../../src/ingest/store/joined-threads.ts";
import { storedThread } from "../found-things.ts";

const dayMs = 86_400_000;
const owner = "Ana Lima";
const cutover = storedThread({
  id: "facebook-1",
  section: "e2ee_cutover",
  firstAt: 1,
  lastAt: 10 * dayMs,
  entries: 5,
  texts: 4,
});
const encrypted = storedThread({
  id: "e2ee-1",
  section: "e2ee",
  firstAt: 11 * dayMs,
  lastAt: 20 * dayMs,
  entries: 3,
  texts: 3,
});

test("the two halves of a chat that was switched to encryption are one thread", () => {
  const [joined, ...others] = joinThreads([cutover, encrypted], owner);
  expect(others).toEqual([]);
  expect(joined?.files.map(({ id }) => id)).toEqual(["facebook-1", "e2ee-1"]);
  expect(joined?.summary).toMatchObject({
    id: "facebook-1",
    entries: 8,
    texts: 7,
    firstAt: 1,
    lastAt: 20 * dayMs,
    isGroup: false,
    people: [
      { name: "Ana Lima", texts: 2 },
      { name: "Zoë Fox", texts: 2 },
    ],
  });
});

test("a joined thread's hash follows from both of its files", () => {
  const hash = (sha256: string) => joinThreads([cutover, { ...encrypted, sha256 }], owner)[0]?.summary.sha256;
  expect(hash("1".repeat(64))).not.toBe(hash("2".repeat(64)));
  expect(joinThreads([cutover], owner)[0]?.summary.sha256).toBe(cutover.sha256);
});

test("the first half may be in the inbox, where the second goes on from it", () => {
  const inbox = { ...cutover, section: "inbox" };
  expect(idsOf([inbox, encrypted])).toEqual([["facebook-1", "e2ee-1"]]);
  expect(idsOf([inbox, { ...encrypted, firstAt: 3 * dayMs }])).toEqual([["facebook-1"], ["e2ee-1"]]);
});

test("where there is a cutover, the inbox's thread with the same person is another", () => {
  const inbox = storedThread({ id: "facebook-0", section: "inbox" });
  expect(idsOf([inbox, cutover, encrypted])).toEqual([["facebook-0"], ["facebook-1", "e2ee-1"]]);
});

test.each([
  ["two first halves", [cutover, { ...cutover, id: "facebook-2" }, encrypted]],
  ["two second halves", [cutover, encrypted, { ...encrypted, id: "e2ee-2" }]],
  [
    "groups",
    [
      { ...cutover, people: three() },
      { ...encrypted, people: three() },
    ],
  ],
  [
    "chats with other people",
    [cutover, storedThread({ id: "e2ee-1", section: "e2ee", names: [owner, "Ben"] })],
  ],
  ["another network's", [{ ...cutover, network: "instagram" }, encrypted]],
  [
    "a chat with oneself",
    [
      storedThread({ section: "e2ee_cutover", names: [owner] }),
      storedThread({ id: "e2ee-1", section: "e2ee", names: [owner] }),
    ],
  ],
])("%s stay apart: a wrong join is worse than none", (_, threads) => {
  expect(idsOf(threads)).toEqual(threads.map(({ id }) => [id]));
});

test("a half that was written by one person alone is joined by the other one's name", () => {
  const silent = storedThread({ id: "e2ee-1", section: "e2ee", names: ["Zoë Fox"], firstAt: 11 * dayMs });
  expect(idsOf([cutover, silent])).toEqual([["facebook-1", "e2ee-1"]]);
});

test("of no times there is none, and of some the extreme", () => {
  expect([
    extreme([null, null], Math.min),
    extreme([null, 3, 2], Math.min),
    extreme([2, null, 3], Math.max),
  ]).toEqual([null, 2, 3]);
});

function idsOf(threads: Parameters<typeof joinThreads>[0]): string[][] {
  return joinThreads(threads, owner).map(({ files }) => files.map(({ id }) => id));
}

function three() {
  return [owner, "Zoë Fox", "Ben"].map((name) => ({ name, texts: 1 }));
}
