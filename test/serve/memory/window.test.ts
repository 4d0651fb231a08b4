import { beforeAll, expect, test } from "vitest";
import { Memory } from "../../../src/serve/memory/memory.ts";
import { promptWithin } from "../../../src/serve/memory/window.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../../src/tokenizer/index.ts";
import { createTranscript, type Transcript } from "../../../src/transcript/index.ts";

let transcript: Transcript;

beforeAll(async () => {
  const tokenizer = await loadTokenizer(builtInTokenizerDirectory);
  transcript = createTranscript({ tokenizer, rendering: "plain", persona: "Ana" });
});

const room = 300;

test("of 70 replies in a small context only those after a drop are evaluated anew", () => {
  const memory = talk();
  const evaluated: number[] = [];
  const asPersona = transcript.prompt([]).length - 1;
  let cached: number[] = [];
  for (let index = 0; index < 70; index++) {
    memory.hear("Ben", `and then number ${index} came along`);
    const prompt = promptWithin(room, memory, transcript);
    evaluated.push(prompt.length - commonPrefix(prompt, cached));
    memory.say(`so what about ${index}`);
    // What an engine has evaluated after its reply.
    cached = transcript.prompt(memory.turns).slice(0, -asPersona);
    expect(prompt.length).toBeLessThanOrEqual(room);
  }

  const anew = evaluated.filter((ids) => ids > 60).length;
  // A turn and its answer take some 20 ids, and each drop frees 100 of them.
  expect(anew).toBeGreaterThan(5);
  expect(anew).toBeLessThanOrEqual(14);
  expect(evaluated.filter((ids) => ids <= 60).every((ids) => ids < 40)).toBe(true);
});

test("what was dropped stays dropped, and a third of the room is free", () => {
  const memory = talk();
  while (transcript.prompt(memory.turns).length <= room) memory.hear("Ben", "one more thing");
  const prompt = promptWithin(room, memory, transcript);

  expect(prompt.length).toBeLessThanOrEqual((room * 2) / 3);
  expect(transcript.prompt(memory.turns)).toEqual(prompt);
});

test("whole turns go, as long as there are others", () => {
  const memory = talk();
  for (let index = 0; index < 40; index++) {
    memory.hear("Ben", `first ${index}`);
    memory.hear("Ben", `second ${index}`);
    memory.say("ok");
  }
  promptWithin(room, memory, transcript);

  expect(memory.turns[0]?.bubbles[0]).toMatch(/^first|^ok/);
  expect(memory.turns.at(-1)?.bubbles).toEqual(["ok"]);
});

test("of one long burst the last bubbles stay", () => {
  const memory = talk();
  for (let index = 0; index < 100; index++) memory.hear("Ben", `number ${index} of a burst`);
  promptWithin(room, memory, transcript);

  const [turn] = memory.turns;
  expect(turn?.bubbles.at(-1)).toBe("number 99 of a burst");
  expect(turn?.bubbles.length).toBeGreaterThan(15);
});

test.each([
  ["words", "word ".repeat(5000), /^(?:word )+word $|word/],
  ["emoji", "🦜".repeat(2000), /^(?:🦜)+$/u],
])("of one message of %s that is longer than the context the end is read", (_, words, whole) => {
  const memory = talk();
  memory.hear("Ben", "before");
  memory.hear("Ben", words);
  const prompt = promptWithin(room, memory, transcript);

  expect(prompt.length).toBeLessThanOrEqual((room * 2) / 3);
  expect(prompt.length).toBeGreaterThan(room / 2);
  expect(memory.turns.flatMap(({ bubbles }) => bubbles)).toEqual([expect.stringMatching(whole)]);
});

test("a context that holds not even an opening gives the shortest prompt there is", () => {
  const memory = talk();
  memory.hear("Ben", "hello");

  expect(promptWithin(2, memory, transcript)).toEqual(transcript.prompt([]));
});

function talk(): Memory {
  return new Memory({ id: "a", persona: "Ana" });
}

function commonPrefix(one: number[], other: number[]): number {
  const different = one.findIndex((id, index) => id !== other[index]);
  return different === -1 ? one.length : different;
}
