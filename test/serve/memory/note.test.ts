import { readFile, stat, writeFile } from "node:fs/promises";
import { beforeEach, expect, test } from "vitest";
import { Memory } from "../../../src/serve/index.ts";
import {
  clearNote,
  describeNote,
  type NoteSource,
  noteIn,
  readNote,
  writeNote,
} from "../../../src/serve/memory/note.ts";
import { personaOf } from "../../../src/serve/persona.ts";
import { createTranscript } from "../../../src/transcript/index.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { idsOf, ScriptedEngine, tokenizer } from "../scripted-engine.ts";

const transcript = createTranscript({ tokenizer, rendering: "plain", persona: "Ana Lima" });
const opening = transcript.prompt([]).length - 1;
const friday = new Date(2026, 11, 4).getTime();
let file: string;
const problems: string[] = [];

beforeEach(async () => {
  file = (await newWorkspace()).noteFile;
  problems.length = 0;
});

test("the persona has said its note before everything else, and a friend's first word follows", async () => {
  await write("in Lisbon until Friday");
  const { prompts } = await replyTo(["hi"]);

  expect(prompts).toEqual([
    [
      { speaker: "Ana Lima", isPersona: true, bubbles: ["in Lisbon until Friday"] },
      { speaker: "Ben Ito", isPersona: false, bubbles: ["hi"] },
    ],
  ]);
});

test("a note is no part of what is remembered, and a conversation that begins with the persona has one turn of it", async () => {
  await write("in Lisbon");
  const memory = new Memory({ id: "a", persona: "Ana Lima" });
  memory.say("hello");
  memory.hear("Ben Ito", "hi");
  const { prompts } = await replyTo([], { memory });

  expect(prompts[0]?.[0]?.bubbles).toEqual(["in Lisbon", "hello"]);
  expect(memory.turns[0]?.bubbles).toEqual(["hello"]);
});

test("another note is read at the next reply, and none once it is cleared", async () => {
  const memory = new Memory({ id: "a", persona: "Ana Lima" });
  await write("in Lisbon");
  const first = await replyTo(["hi"], { memory });
  await write("back home");
  const second = await replyTo(["and now?"], { memory });
  await clearNote(file);
  const third = await replyTo(["really?"], { memory });

  const beginnings = [first, second, third].map(({ prompts }) => prompts[0]?.[0]?.bubbles[0]);
  expect(beginnings).toEqual(["in Lisbon", "back home", "hi"]);
});

test("a note holds to the end of its last day", async () => {
  await writeNote(file, { words: "in Lisbon", until: friday }, friday - 1);

  expect(await readNote(file, fail, new Date(2026, 11, 4, 23, 59).getTime())).toMatchObject({
    words: "in Lisbon",
  });
  expect(await readNote(file, fail, new Date(2026, 11, 5, 0, 0).getTime())).toBeUndefined();
  expect(
    describeNote({ words: "in Lisbon", notedOn: new Date(2026, 10, 29, 12).getTime(), until: friday }),
  ).toBe("in Lisbon (noted on 2026-11-29, until 2026-12-04)");
});

test("a note is one line of 200 characters at most, of no day that is over, and private", async () => {
  await write("  in\nLisbon  ");
  expect(await readNote(file, fail)).toMatchObject({ words: "in Lisbon", until: null });
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  await expect(write("x".repeat(201))).rejects.toThrow("The note has 201 characters.");
  await expect(writeNote(file, { words: "late", until: friday }, friday + 2 * 86_400_000)).rejects.toThrow(
    "2026-12-04 is over.",
  );
  expect(await readFile(file, "utf8")).toContain("in Lisbon");
});

test("a note is masked as friends' words are", async () => {
  await write("call me at 5550123");
  const note = noteIn(file, fail, () => (words) => words.replace(/\d{7}/, "[phone]"));
  const { prompts } = await replyTo(["hi"], { note });

  expect(prompts[0]?.[0]?.bubbles).toEqual(["call me at [phone]"]);
  expect((await note.current())?.words).toBe("call me at 5550123");
});

test("a context that is full drops from the conversation, and the note stays", async () => {
  await write("in Lisbon");
  const memory = new Memory({ id: "a", persona: "Ana Lima" });
  for (let index = 0; index < 200; index++) {
    memory.hear("Ben Ito", `message number ${index} of a long talk`);
    memory.say("ok");
  }
  const { prompts, lengths } = await replyTo(["still there?"], { memory });

  expect(prompts[0]?.[0]?.bubbles[0]).toBe("in Lisbon");
  expect(prompts[0]?.at(-1)?.bubbles).toEqual(["still there?"]);
  expect(lengths[0]).toBeLessThan(700);
});

test("a context that is too short for a note is left to what was said", async () => {
  await write(
    "in Lisbon, then in Porto, then in Faro, and back home on Sunday night by the last train of all",
  );
  const { prompts } = await replyTo(["hi"], { contextLength: 64 });

  expect(prompts[0]?.map(({ bubbles }) => bubbles)).toEqual([["hi"]]);
});

test("a note that is damaged is passed over, and that is said without its words", async () => {
  await writeFile(file, '{"words":"secret');
  const { prompts } = await replyTo(["hi"]);

  expect(prompts[0]?.[0]?.bubbles).toEqual(["hi"]);
  expect(problems.join()).toContain("is damaged");
  expect(problems.join()).not.toContain("secret");
});

function write(words: string) {
  return writeNote(file, { words, until: null });
}

function fail(problem: Error): never {
  throw problem;
}

interface Asked {
  memory?: Memory;
  note?: NoteSource;
  contextLength?: number;
}

/** What an engine is prompted with, as turns without the persona's opening. */
async function replyTo(
  words: string[],
  {
    memory = new Memory({ id: "a", persona: "Ana Lima" }),
    note = noteIn(file, ({ message }) => void problems.push(message)),
    contextLength = 1024,
  }: Asked = {},
) {
  const engine = new ScriptedEngine(() => idsOf("ok"), { contextLength });
  const files = { name: "Ana Lima", about: "a test", rendering: "plain" as const, speakers: [], note };
  const persona = personaOf(engine, { files, settings: {}, tokenizer });
  for (const bubble of words) memory.hear("Ben Ito", bubble);
  for await (const event of persona.reply(memory)) void event;
  return {
    prompts: engine.prompts.map((prompt) => transcript.parse(prompt.slice(0, -opening))),
    lengths: engine.prompts.map((prompt) => prompt.length),
  };
}
