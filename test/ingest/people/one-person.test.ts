import { expect, test } from "vitest";
import type { FoundPart } from "../../../src/ingest/formats/format.ts";
import { checkOnePerson, type PersonClues } from "../../../src/ingest/people/one-person.ts";
import { foundPart, storedThread } from "../found-things.ts";

const anas = [
  ["Ána Lima", "Zoë Fox"],
  ["Ána Lima", "Ben Reis"],
];
const store = storeOf("Ána Lima", anas);

test("the export of somebody whom the store does not know is refused, with both ways out", () => {
  const parts = exportOf([["Kim Oak", "Lee Elm"]], { from: 10 });
  expect(() => check({ parts, owners: ["Kim Oak"], previous: store })).toThrow(
    expect.objectContaining({
      message: `The messages in the store are "Ána Lima"'s, and this export is "Kim Oak"'s.`,
      fix: expect.stringMatching(/--data DIR.*--persona "Ána Lima" .*--persona "Kim Oak"/),
    }),
  );
});

test("two people's exports at once are refused", () => {
  const parts = [...exportOf(anas), ...exportOf([["Kim Oak", "Lee Elm"]], { from: 10, exportIndex: 1 })];
  expect(() => check({ parts, owners: ["Ána Lima", "Kim Oak"] })).toThrow(
    'These exports are of two people: "Ána Lima" and "Kim Oak".',
  );
});

test("two people's exports are refused where each profile tells a name, whatever friends they share", () => {
  const parts = [
    ...exportOf([["Kim Oak", "Zoë Fox"]], { from: 10 }),
    ...exportOf([["Nina Berg", "Zoë Fox"]], { from: 20, exportIndex: 1 }),
  ];
  const named = ["Kim Oak", "Nina Berg"].map((name) => ({
    network: "facebook",
    name,
    earlier: [],
    others: [],
    account: [],
  }));
  expect(() => check({ parts, owners: ["Kim Oak", "Nina Berg"], named })).toThrow(
    'These exports are of two people: "Kim Oak" and "Nina Berg".',
  );
  expect(() => check({ parts, owners: ["Kim Oak", "Nina Berg"] })).not.toThrow();
});

test("a friend's export is refused: the two sit in one thread, whatever friends they share", () => {
  const parts = exportOf([
    ["Zoë Fox", "Ána Lima"],
    ["Zoë Fox", "Ben Reis"],
  ]);
  expect(() => check({ parts, owners: ["Zoë Fox"], previous: store })).toThrow(`is "Zoë Fox"'s`);
});

test.each<[string, Partial<Clues>]>([
  ["a thread that both know", { parts: exportOf([["Nina Berg", "Zoë Holm"]]) }],
  ["a friend whom both know", { parts: exportOf([["Nina Berg", "Zoë Fox"]], { from: 10 }) }],
  ["a part of the name", { owners: ["Ána Elm"], parts: exportOf([["Ána Elm", "Lee Oak"]], { from: 10 }) }],
  [
    "the profile, which tells the earlier name",
    { named: [{ network: "facebook", name: "Nina Berg", earlier: ["Ána Lima"], others: [], account: [] }] },
  ],
  ["what the person says", { asked: ["A\u0301na Lima", " Nina Berg"] }],
])("who changed their name is recognised by %s", (_, clues) => {
  const parts = exportOf([["Nina Berg", "Lee Elm"]], { from: 10 });
  expect(() => check({ parts, owners: ["Nina Berg"], previous: store, ...clues })).not.toThrow();
});

test("people without an account are nobody's common friends", () => {
  const previous = storeOf("Ána Lima", [["Ána Lima", "Facebook user"]]);
  const parts = exportOf([["Kim Oak", "Facebook user"]], { from: 10 });
  expect(() => check({ parts, owners: ["Kim Oak"], previous })).toThrow("Kim Oak");
});

test("what another network calls the owner says nothing", () => {
  const parts = exportOf([["ana.l", "zoe.fox"]], { from: 10, network: "instagram" });
  expect(() => check({ parts, owners: ["ana.l"], previous: store })).not.toThrow();
});

type Clues = Omit<PersonClues, "who"> & { owners: string[] };

function check({ owners, ...clues }: Partial<Clues>): void {
  checkOnePerson({
    who: { owners: owners ?? [] },
    asked: [],
    named: [],
    parts: [],
    previous: undefined,
    ...clues,
  });
}

/** A thread for each list of people, numbered from `from`. */
function exportOf(
  people: string[][],
  { from = 0, ...fields }: Partial<FoundPart> & { from?: number } = {},
): FoundPart[] {
  return people.map((names, index) =>
    foundPart({ thread: `facebook-${from + index}`, people: names, ...fields }),
  );
}

function storeOf(owner: string, people: string[][]): PersonClues["previous"] {
  const threads = people.map((names, index) => storedThread({ id: `facebook-${index}`, names }));
  return { owner, ownerFrom: { network: "facebook", asOf: 1 }, threads };
}
