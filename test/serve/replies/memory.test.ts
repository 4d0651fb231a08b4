import { expect, test } from "vitest";
import { dropOldestThird, Memory } from "../../../src/serve/replies/memory.ts";

test("what one person sends in a row is one turn", () => {
  const memory = new Memory("Ana");
  memory.hear("Ben", "hi");
  memory.hear("Ben", "there?");
  memory.say("yes");
  memory.hear("Cleo", "me too");

  expect(memory.turns).toEqual([
    { speaker: "Ben", isPersona: false, bubbles: ["hi", "there?"] },
    { speaker: "Ana", isPersona: true, bubbles: ["yes"] },
    { speaker: "Cleo", isPersona: false, bubbles: ["me too"] },
  ]);
});

test("a friend who is called like the persona is not the persona", () => {
  const memory = new Memory("Ana");
  memory.say("yes");
  memory.hear("Ana", "no");

  expect(memory.turns.map(({ isPersona }) => isPersona)).toEqual([true, false]);
});

test("a third goes at once, and at least one turn", () => {
  const turns = Array.from({ length: 9 }, (_, index) => ({
    speaker: `${index}`,
    isPersona: false,
    bubbles: ["x"],
  }));

  expect(dropOldestThird(turns).map(({ speaker }) => speaker)).toEqual(["3", "4", "5", "6", "7", "8"]);
  expect(dropOldestThird(turns.slice(0, 2))).toHaveLength(1);
});

test("memory forgets on reset and stays bounded", () => {
  const memory = new Memory("Ana");
  for (let index = 0; index < 2000; index++) memory.hear(`Ben ${index}`, "hi");

  expect(memory.turns.length).toBeLessThanOrEqual(400);
  memory.reset();
  expect(memory.turns).toEqual([]);
});
