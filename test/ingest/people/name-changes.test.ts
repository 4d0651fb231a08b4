import { expect, test } from "vitest";
import { type NameClues, settleRenames } from "../../../src/ingest/people/name-changes.ts";
import { storedThread } from "../found-things.ts";

const old = storedThread({ id: "facebook-1", names: ["Ana Lima", "Zoë"], asOf: 1 });
const elsewhere = storedThread({ id: "facebook-2", names: ["Ana Lima", "Ben"], asOf: 1 });
const newest = storedThread({ id: "facebook-3", names: ["Ana Reis", "Ben"], asOf: 9 });

test("a name that nobody bears today is changed in every thread", () => {
  const { renames, affected, renamedPeople } = settle({
    found: [{ from: "Ana Lima", to: "Ana Reis", thread: "facebook-1" }],
    threads: [old, elsewhere, newest],
  });
  expect(plain(renames)).toEqual({ "": { "Ana Lima": "Ana Reis" } });
  expect(affected.map(({ id }) => id)).toEqual(["facebook-1", "facebook-2"]);
  expect(renamedPeople).toBe(1);
});

test("a name that somebody else bears today is changed in its thread alone", () => {
  const namesake = storedThread({ id: "facebook-4", names: ["Ana Lima"], asOf: 9 });
  const { renames, affected } = settle({
    found: [{ from: "Ana Lima", to: "Ana Reis", thread: "facebook-1" }],
    threads: [old, elsewhere, newest, namesake],
  });
  expect(plain(renames)).toEqual({ "": {}, "facebook-1": { "Ana Lima": "Ana Reis" } });
  expect(affected).toEqual([old]);
});

test("earlier names of the owner become today's, unless somebody bears them today", () => {
  const { renames } = settle({ earlierOfOwner: ["Ina", "Ben"], threads: [old, newest] });
  expect(plain(renames)).toEqual({ "": { Ina: "Owner" } });
});

test("who was A, then B, and is C now, is C under both names", () => {
  const { renames } = settle({
    found: [
      { from: "A", to: "B", thread: "facebook-1" },
      { from: "B", to: "C", thread: "facebook-2" },
    ],
    threads: [newest],
  });
  expect(plain(renames)).toEqual({ "": { A: "C", B: "C" } });
});

test("where B is C in one thread alone, A is C there as well", () => {
  const { renames } = settle({
    found: [
      { from: "A", to: "B", thread: "facebook-1" },
      { from: "B", to: "C", thread: "facebook-2" },
    ],
    threads: [storedThread({ id: "facebook-3", names: ["B"], asOf: 9 })],
  });
  expect(plain(renames)).toEqual({ "": { A: "B" }, "facebook-2": { A: "C", B: "C" } });
});

test("names that lead round in a circle come to an end", () => {
  const { renames } = settle({
    found: [
      { from: "A", to: "B", thread: "facebook-1" },
      { from: "B", to: "A", thread: "facebook-2" },
    ],
    threads: [newest],
  });
  expect(Object.keys(renames[""] ?? {}).sort()).toEqual(["A", "B"]);
});

test.each(["__proto__", "constructor"])("somebody called %s is a person like others", (from) => {
  const thread = storedThread({ names: [from, "Zoë"], asOf: 1 });
  const { renames, affected } = settle({
    found: [{ from, to: "Ana Reis", thread: thread.id }],
    threads: [thread, elsewhere, newest],
  });
  expect(Object.entries(renames[""] ?? {})).toEqual([[from, "Ana Reis"]]);
  expect(affected).toEqual([thread]);
});

test("without clues nothing is changed, whatever people are called", () => {
  const threads = [storedThread({ names: ["constructor", "__proto__", "toString"] })];
  expect(settle({ threads }).affected).toEqual([]);
});

function settle(clues: Partial<NameClues>) {
  return settleRenames({ found: [], earlierOfOwner: [], owner: "Owner", threads: [], ...clues });
}

function plain(renames: Record<string, Record<string, string>>): Record<string, Record<string, string>> {
  return Object.fromEntries(Object.entries(renames).map(([thread, names]) => [thread, { ...names }]));
}
