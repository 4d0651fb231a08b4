import { expect, test } from "vitest";
import type { FoundPart } from "../../../src/ingest/formats/format.ts";
import { findOwners, type OwnerClues, readOwnerFile } from "../../../src/ingest/people/owner.ts";
import { facebookJson } from "../export-writer.ts";
import { fileEntry, foundPart } from "../found-things.ts";

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
      fix: 'Did you mean "Ána Lima" or "Zoë Fox" or "Ben Reis"?',
    }),
  );
});

test.each([
  [
    "today",
    "personal_information/profile_information/profile_information.json",
    { profile_v2: { name: { full_name: "Ána Lima" } } },
  ],
  ["2018", "profile_information/profile_information.json", { profile: { name: { full_name: "Ána Lima" } } }],
  [
    "autofill",
    "messages/autofill_information.json",
    { autofill_information_v2: { FULL_NAME: ["Ána Lima"] } },
  ],
])("a file of Facebook's names the owner: %s", async (_, name, json) => {
  const entry = await fileEntry(facebookJson(json), name);
  expect(readOwnerFile(entry)).toEqual({ network: "facebook", name: "Ána Lima", earlier: [] });
});

test("Instagram's profile names the owner", async () => {
  const json = { profile_user: [{ string_map_data: { Name: { value: "Ána 🌸" } } }] };
  const entry = await fileEntry(
    facebookJson(json),
    "personal_information/personal_information/personal_information.json",
  );
  expect(readOwnerFile(entry)).toEqual({ network: "instagram", name: "Ána 🌸", earlier: [] });
});

test("a profile tells earlier names as well", async () => {
  const profile_v2 = {
    name: { full_name: "Ána Lima" },
    previous_names: [{ name: "Ána Réis" }, { name: 5 }],
    other_names: [{ name: "Nini" }],
  };
  const entry = await fileEntry(facebookJson({ profile_v2 }), "profile_information/profile_information.json");
  expect(readOwnerFile(entry)?.earlier).toEqual(["Ána Réis", "Nini"]);
});

test.each([
  "[]",
  "null",
  "{",
  '{"profile_v2":{"name":5}}',
  '{"profile_v2":{"name":{"full_name":[]}}}',
  '{"profile_v2":{"name":{"full_name":"x"},"previous_names":5}}',
])("a profile that says %s names nobody, and is no reason to fail", async (content) => {
  const entry = await fileEntry(content, "profile_information/profile_information.json");
  expect(readOwnerFile(entry)).toBeUndefined();
});

test("other files name nobody", async () => {
  const entry = await fileEntry(
    '{"profile_v2":{"name":{"full_name":"x"}}}',
    "posts/profile_information.json",
  );
  expect(readOwnerFile(entry)).toBeUndefined();
});

function find(clues: Partial<OwnerClues>) {
  return findOwners({ asked: [], named: [], parts: [], asOf: [1], known: undefined, ...clues });
}

/** A thread for each list of people. */
function threads(people: string[][], fields: Partial<FoundPart> = {}): FoundPart[] {
  return people.map((names, index) => foundPart({ thread: `facebook-${index}`, people: names, ...fields }));
}

function named(name: string) {
  return { network: "facebook", name, earlier: [] };
}
