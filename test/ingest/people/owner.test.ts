import { expect, test } from "vitest";
import type { FoundPart } from "../../../src/ingest/formats/format.ts";
import { findOwners, type OwnerClues } from "../../../src/ingest/people/owner.ts";
import { foundPart } from "../found-things.ts";

const zoe = ["Zoë Fox", "Ána Lima"];
const ben = ["Ben Reis", "Ána Lima"];

test("whoever takes part in most threads is the owner", () => {
  expect(find({ parts: threads([zoe, ben]) })).toMatchObject({ owner: "Ána Lima", owners: ["Ána Lima"] });
});

test("several parts of one thread count once", () => {
  const parts = [
    ...threads([zoe, ben, ["Ben Reis", "Caro", "Ána Lima"]]),
    foundPart({ thread: "facebook-2", people: ben }),
  ];
  expect(find({ parts }).owner).toBe("Ána Lima");
});

test("people without an account are nobody, in however many threads", () => {
  const parts = threads([
    [...zoe, "Facebook user"],
    [...ben, "Facebook user"],
    ["", "Facebook user"],
  ]);
  expect(find({ parts }).owner).toBe("Ána Lima");
});

test("the profile's name holds against the threads'", () => {
  expect(find({ parts: threads([zoe, ben]), named: [named("Zoë Fox")] }).owner).toBe("Zoë Fox");
});

const mai = ["mai", "lea.b"];
const timo = ["Timo Falk", "lea.b"];

test.each<[string, string[][], string, string[]]>([
  ["a name with emoji, while the threads have the user name", [mai, timo], "Lea Brandt 🌻", []],
  ["a name in another script", [mai, timo], "レア", []],
  ["a later name", [mai, timo], "Lea Falk", []],
  ["the user name beside it, with one thread", [mai], "Lea Brandt 🌻", ["1990-01-01", "lea.b"]],
  ["the same name with a flower, with one thread", [mai], "🌻 Lea.B", []],
  ["the same name in capitals, with one thread", [mai], "LEA B", []],
])("a profile whose name no thread has does not name the owner: %s", (_, people, name, others) => {
  expect(find({ parts: threads(people), named: [named(name, others)] }).owners).toEqual(["lea.b"]);
});

test("a friend whom the profile speaks of is not the owner", () => {
  const profile = named("Lea Brandt 🌻", ["friends for ever with", "mai"]);
  expect(find({ parts: threads([mai, timo]), named: [profile] }).owner).toBe("lea.b");
});

test("where neither the profile nor the threads tell the owner it is asked", () => {
  expect(() => find({ parts: threads([mai]), named: [named("Lea Brandt 🌻")] })).toThrow(
    'Whose export is this? On Facebook, "lea.b" or "mai" could be you. Its profile says "Lea Brandt 🌻", whom no thread knows.',
  );
});

test("what the person says holds against the profile", () => {
  expect(find({ parts: threads([zoe, ben]), named: [named("Zoë Fox")], asked: ["Ben Reis"] }).owner).toBe(
    "Ben Reis",
  );
});

test("a name that was typed with its accents apart is the same name", () => {
  expect(find({ parts: threads([zoe]), asked: [" A\u0301na Lima "] }).owner).toBe("Ána Lima");
});

test.each<[string, string[][], string]>([
  ["one thread", [zoe], '"Zoë Fox" or "Ána Lima"'],
  ["a tie", [zoe, [...zoe, "Ben Reis"]], '"Zoë Fox" or "Ána Lima"'],
  ["nobody at all", [["Facebook user"]], "Nobody"],
])("with %s it is asked, not guessed", (_, people, candidates) => {
  expect(() => find({ parts: threads(people) })).toThrow(
    `Whose export is this? On Facebook, ${candidates} could be you.`,
  );
});

test("what the store knows decides where an export leaves it open", () => {
  const known = { owner: "Ána Lima", ownerFrom: { network: "facebook", asOf: 5 } };
  expect(find({ parts: threads([zoe]), known }).owner).toBe("Ána Lima");
});

test("Instagram may call the owner something else: each export has its own, the store Facebook's", () => {
  const parts = [
    ...threads([zoe, ben]),
    ...threads(
      [
        ["zoe.fox", "ana.l"],
        ["ben_r", "ana.l"],
      ],
      { network: "instagram", exportIndex: 1 },
    ),
  ];
  for (const asOf of [
    [1, 9],
    [9, 1],
  ])
    expect(find({ parts, asOf })).toEqual({
      owner: "Ána Lima",
      ownerFrom: { network: "facebook", asOf: asOf[0] },
      owners: ["Ána Lima", "ana.l"],
    });
});

test("a name that only threads of the store have can be said", () => {
  const known = {
    owner: "Ána Lima",
    ownerFrom: { network: "facebook", asOf: 5 },
    threads: [{ people: [{ name: "Nina" }] }],
  };
  expect(find({ parts: threads([zoe]), known, asked: ["Ána Lima", "Nina"] }).owner).toBe("Ána Lima");
});

test("one name for each network can be said", () => {
  const parts = [
    ...threads([zoe]),
    ...threads([["zoe.fox", "ana.l"]], { network: "instagram", exportIndex: 1 }),
  ];
  expect(find({ parts, asOf: [1, 1], asked: ["ana.l", "Ána Lima"] }).owners).toEqual(["Ána Lima", "ana.l"]);
});

test("of two Facebook exports the newer one's name is the store's", () => {
  const before = [
    ["Zoë Fox", "Ána Reis"],
    ["Ben Reis", "Ána Reis"],
  ];
  const parts = [...threads(before), ...threads([zoe, ben], { exportIndex: 1 })];
  expect(find({ parts, asOf: [1, 2] }).owner).toBe("Ána Lima");
  expect(find({ parts, asOf: [2, 1] }).owner).toBe("Ána Reis");
});

test("for a typo the closest name is offered, once however many exports have it", () => {
  const parts = [...threads([zoe, ben]), ...threads([zoe], { exportIndex: 1 })];
  expect(() => find({ parts, asked: ["Ana Limma"] })).toThrow(
    expect.objectContaining({
      message: 'Nobody in this export is called "Ana Limma".',
      fix: 'Did you mean "Ána Lima"?',
    }),
  );
});

function find(clues: Partial<OwnerClues>) {
  return findOwners({ asked: [], named: [], parts: [], asOf: [1], known: undefined, ...clues });
}

/** A thread for each list of people. */
function threads(people: string[][], fields: Partial<FoundPart> = {}): FoundPart[] {
  return people.map((names, index) => foundPart({ thread: `facebook-${index}`, people: names, ...fields }));
}

function named(name: string, others: string[] = []) {
  return { network: "facebook", name, earlier: [], others, account: [] };
}
