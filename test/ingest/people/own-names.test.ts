import { expect, test } from "vitest";
import { separateOwnNames } from "../../../src/ingest/people/own-names.ts";
import { foundPart } from "../found-things.ts";

test("each name that was asked for is the owner's in the threads that have it", () => {
  const people = [
    ["Lea", "Timo"],
    ["Lea", "Mai"],
    ["Lea Brandt", "Rosa"],
    ["Lea Brandt", "Otto"],
    ["Lea Brandt", "Nina"],
  ];
  for (const asked of [
    ["Lea Brandt", "Lea"],
    ["Lea", "Lea Brandt"],
  ])
    expect(exportsOf(people, { asked })).toEqual([0, 0, 1, 1, 1]);
});

test("three names in one export are three exports", () => {
  expect(
    exportsOf(
      [
        ["A", "x"],
        ["B", "y"],
        ["C", "z"],
        ["C", "v"],
      ],
      { asked: ["A", "B", "C"] },
    ),
  ).toEqual([0, 1, 2, 2]);
});

test("who sits beside the owner under another of their names is somebody else", () => {
  const people = [
    ["Lea Brandt", "Lea"],
    ["Lea Brandt", "Timo"],
  ];
  expect(exportsOf(people, { asked: ["Lea", "Lea Brandt"], network: "facebook" })).toEqual([0, 0]);
});

test("a chat of WhatsApp under a shorter name of the owner's is the owner's", () => {
  expect(
    exportsOf([
      ["Lea Brandt", "Timo"],
      ["Lea Brandt", "Mai"],
      ["Lea", "Rosa"],
    ]),
  ).toEqual([0, 0, 1]);
});

test("whether somebody in all other chats is the owner, too, is asked", () => {
  const people = [
    ["Lea Brandt", "Timo"],
    ["Lea Brandt", "Mai"],
    ["Lea Brandt", "Nina"],
    ["Sunflower", "Rosa"],
    ["Sunflower", "Otto"],
  ];
  expect(() => exportsOf(people)).toThrow(
    '2 chats are without "Lea Brandt", and "Sunflower" is in all of them: is that you, too?',
  );
  expect(exportsOf(people, { asked: ["Lea Brandt"] })).toEqual([0, 0, 0, 0, 0]);
});

test.each<[string, string[][]]>([
  [
    "a sister in groups in which the owner is silent",
    [
      ["Lea Brandt", "Timo"],
      ["Lea Brandt", "Rosa Brandt"],
      ["Rosa Brandt", "Otto"],
    ],
  ],
  [
    "a friend in a group without the owner",
    [
      ["Lea", "Timo"],
      ["Lea", "Mai"],
      ["Timo", "Mai"],
    ],
  ],
  [
    "a tie",
    [
      ["Lea", "Timo"],
      ["Timo", "Mai"],
      ["Lea", "Mai"],
    ],
  ],
])("nobody else is taken for the owner: %s", (_, people) => {
  expect(exportsOf(people)).toEqual(people.map(() => 0));
});

test("chats of WhatsApp under each name are as new as their newest, other networks' exports as they are", () => {
  const parts = [
    ["A", "x"],
    ["B", "y"],
  ].map((people, index) => ({
    thread: `${index}`,
    people,
    newestAt: 10 + index,
  }));
  const found = (network: string) => ({
    parts: parts.map((part) => foundPart({ ...part, network })),
    named: [],
    asOf: [20],
  });
  expect(separateOwnNames(found("whatsapp"), ["A", "B"]).asOf).toEqual([10, 11]);
  expect(separateOwnNames(found("facebook"), ["A", "B"]).asOf).toEqual([20, 20]);
});

/** Numbers of the exports to which threads with these people go. */
function exportsOf(people: string[][], { asked = [] as string[], network = "whatsapp" } = {}): number[] {
  const parts = people.map((names, index) => foundPart({ thread: `${index}`, people: names, network }));
  return separateOwnNames({ parts, named: [], asOf: [1] }, asked).parts.map(({ exportIndex }) => exportIndex);
}
