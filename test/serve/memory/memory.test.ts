import { expect, test } from "vitest";
import { Memory } from "../../../src/serve/memory/memory.ts";

test("what one person sends in a row is one turn", () => {
  const memory = withAna();
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

test("two answers stay two where what the later one answered is forgotten", () => {
  const memory = withAna();
  memory.hear("Ben", "what do you read?", "1", "m1");
  memory.say("Pessoa", "m2");
  memory.hear("Max", "the capital?", "2", "m3");
  memory.say("Lisbon", "m4");
  memory.say("I think", "m5");
  memory.forgetMessages(new Set(["m3"]));

  expect(memory.answerWith("m2")).toEqual(["Pessoa"]);
  expect(memory.answerWith("m5")).toEqual(["Lisbon", "I think"]);
  expect(memory.takeBack().map(({ words }) => words)).toEqual(["Lisbon", "I think"]);
  expect(memory.lastSaid.map(({ words }) => words)).toEqual(["Pessoa"]);
});

test("a friend who is called like the persona is not the persona", () => {
  const memory = withAna();
  memory.say("yes");
  memory.hear("Ana", "no");

  expect(memory.turns.map(({ isPersona }) => isPersona)).toEqual([true, false]);
});

test("a conversation forgets on reset and stays bounded", () => {
  const memory = withAna();
  for (let index = 0; index < 5000; index++) memory.hear(`Ben ${index}`, "hi");

  expect(memory.turns.length).toBeLessThanOrEqual(1000);
  expect(memory.turns.at(-1)?.speaker).toBe("Ben 4999");
  memory.reset();
  expect(memory.turns).toEqual([]);
});

test("words are masked before they are remembered, and what is nothing then is not heard", () => {
  const memory = new Memory({
    id: "a",
    persona: "Ana",
    openMask: () => (words) => words.replace("secret", "[private]").replace("gif", ""),
  });
  memory.hear("Ben", "a secret");
  memory.hear("Ben", "gif");

  expect(memory.turns.map(({ bubbles }) => bubbles)).toEqual([["a [private]"]]);
});

test("of a text that is far longer than what is kept, the masks see the end, and what begins before it", () => {
  const seen: number[] = [];
  const memory = new Memory({
    id: "a",
    persona: "Ana",
    openMask: () => (words) => {
      seen.push(words.length);
      return words.replace("912345678", "[phone]");
    },
  });
  memory.hear("Ben", `${"a".repeat(900_000)}912345678${"b".repeat(31_995)}`);

  expect(seen).toEqual([64_000]);
  expect(memory.turns[0]?.bubbles[0]).toHaveLength(32_000);
  expect(memory.turns[0]?.bubbles[0]?.slice(0, 8)).toBe("hone]bbb");
});

test("another run's masks hold from the next word on", () => {
  const memory = withAna();
  memory.hear("Ben", "one");
  memory.maskWith(() => (words) => words.toUpperCase());
  memory.hear("Ben", "two");
  memory.drop(1);
  memory.hear("Ben", "three");

  expect(memory.turns[0]?.bubbles).toEqual(["TWO", "THREE"]);
});

test("a mask knows what it has met, also where people have names and nothing is old enough to forget", () => {
  const memory = new Memory({
    id: "a",
    persona: "Ana",
    openMask() {
      let texts = 0;
      return (words) => `${++texts} ${words}`;
    },
  });
  memory.hear("Ben", "one", "1");
  memory.change((all) => all.map((bubble) => bubble));
  memory.hear("Ben", "two", "1");

  expect(memory.turns[0]?.bubbles).toEqual(["1 one", "2 two"]);
});

function withAna(): Memory {
  return new Memory({ id: "a", persona: "Ana" });
}

test("what is heard while an answer is given follows it, in memory and where it is kept", () => {
  const kept: string[][] = [];
  const keep = (all: { words: string }[]) => kept.push(all.map(({ words }) => words));
  const memory = new Memory({
    id: "a",
    persona: "Ana",
    keeper: { add: (_, all) => keep(all), replace: keep },
  });
  memory.hear("Ben", "coming?");
  memory.beginAnswer();
  memory.say("yes");
  memory.hear("Ben", "or not?");
  memory.hear("Ben", "well?");
  memory.say("in ten minutes");
  expect(kept.at(-1)).toEqual(["coming?", "yes", "in ten minutes", "or not?", "well?"]);
  memory.beginAnswer();
  memory.say("I said so");

  expect(memory.turns.map(({ bubbles }) => bubbles)).toEqual([
    ["coming?"],
    ["yes", "in ten minutes"],
    ["or not?", "well?"],
    ["I said so"],
  ]);
  expect(kept.at(-1)?.at(-1)).toBe("I said so");
});

test("what is heard while an answer is given still follows it once it is edited, settled or somebody has another name", () => {
  const memory = withAna();
  memory.hear("Ben", "coming?", "1", "10");
  memory.beginAnswer();
  memory.hear("Ben", "or nto?", "1", "11");
  memory.edit("11", "or not?");
  memory.say("yes");
  memory.settle(new Set(["11"]));
  memory.say("in ten minutes");
  memory.hear("Benjamin", "well?", "1", "12");
  memory.say("soon");

  expect(memory.turns.map(({ bubbles }) => bubbles)).toEqual([
    ["coming?"],
    ["yes", "in ten minutes", "soon"],
    ["or not?", "well?"],
  ]);
});

test("people whom training does not know are told apart, and keep their labels", () => {
  const memory = withAna();
  memory.hear("Friend", "one", "1");
  memory.hear("Friend", "two", "2");
  memory.hear("Friend", "one again", "1");

  expect(memory.turns.map(({ speaker }) => speaker)).toEqual(["Friend", "Friend 2", "Friend"]);
});

test("whoever is not known any more, as another run answers, has had no name before", () => {
  const memory = withAna();
  memory.hear("Ben", "it is me", "1");
  memory.hear("Friend", "and me", "2");
  memory.hear("Friend", "still me", "1");

  expect(memory.turns.map(({ speaker }) => speaker)).toEqual(["Friend 2", "Friend", "Friend 2"]);
});

test("whoever gets a name has had it before", () => {
  const memory = withAna();
  memory.hear("Friend", "it is me", "1");
  memory.say("who?");
  memory.hear("Ben", "Ben", "1");

  expect(memory.turns.map(({ speaker }) => speaker)).toEqual(["Ben", "Ana", "Ben"]);
});
