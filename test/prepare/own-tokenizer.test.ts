import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tokenizerOf } from "../../src/commands/flags/prepare.ts";
import { Config } from "../../src/config.ts";
import type { Message } from "../../src/handoffs/index.ts";
import { type PrepareOptions, prepareShards } from "../../src/prepare/index.ts";
import { loadTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { referenceIds } from "../fixtures/tokenizers/reference.ts";
import {
  chat,
  hour,
  message,
  newWorkspace,
  persona,
  prepare,
  prepareAndRead,
  readTurns,
  storeOf,
  words,
} from "./data-set.ts";

const manyWords = () =>
  storeOf([
    Array.from({ length: 400 }, (_, index) => [
      message("ben", "Ben", syllables(12, index), 9 * hour * index),
      message("ben", persona, `${syllables(9, 1000 + index)} olá 😂 don't`, 9 * hour * index + 60_000),
    ]).flat(),
  ]);

test("shards of a vocabulary of one's own say the same as others", async () => {
  const own = await prepareAndRead(manyWords(), { trainTokenizer: 600 });
  const gpt2 = await prepareAndRead(manyWords());

  expect([own.train, own.val]).toEqual([gpt2.train, gpt2.val]);
  expect(own.manifest.dtype).toBe("uint16");
  expect(own.manifest.tokenizer).toMatchObject({ name: "own", vocabularySize: 600, trainedFor: 600 });
  expect(own.manifest.splits.train.personaBubbles).toBe(gpt2.manifest.splits.train.personaBubbles);
  expect(own.manifest.excluded).toEqual(gpt2.manifest.excluded);
});

test("its ids are those of the reference tokeniser, typed special tokens included", async () => {
  const { directory } = await prepare(manyWords(), { trainTokenizer: 600 });
  const tokenizer = await loadTokenizer(directory);
  const anyText = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.lorem());
  const texts = [
    ...fc.sample(anyText, { numRuns: 5000, seed: 3 }),
    ...Array.from({ length: 500 }, (_, seed) => syllables(20, seed)),
    ...["<|endoftext|>", "a<|endoftext|>b", "in 2024 x9", "١٢٣ ²½", "\n\n", " \t ", "olá 😂 don't"],
  ];

  expect(texts.map((text) => tokenizer.encode(text))).toEqual(referenceIds(directory, texts));
  expect(tokenizer.encode("<|endoftext|>")).not.toContain(tokenizer.specialId("<|endoftext|>"));
  // The end of a turn is one decision.
  expect(tokenizer.encode("\n\n")).toHaveLength(1);
});

/** Each is said forty times, and none by somebody, or at a time, that training sees. */
const secrets = {
  masked: "moonstone",
  "of a friend who opted out": "Zubenelgenubi",
  "held out": "Quaxolotlish",
  "said elsewhere as held out": "Xiphosuran",
};

function storeOfSecrets() {
  const times = (word: string, count: number) => Array.from({ length: count }, () => word).join(" ");
  const repeated = `${secrets["said elsewhere as held out"]} one two three four five six seven eight nine`;
  const early: Message[] = chat("ben", 60).map((each, index) =>
    index % 4 === 1
      ? { ...each, text: `abracadabra ${secrets.masked}, call 912 345 678 or 4929 1234` }
      : each,
  );
  (early[21] as Message).text = repeated;
  const late = [
    message("ben", "Ben", times(secrets["held out"], 40), 500 * hour),
    message("ben", persona, repeated, 500 * hour + 1000),
  ];
  const friend = chat("cleo", 60, "Cleo").map((each) =>
    each.sender === "Cleo" ? { ...each, text: secrets["of a friend who opted out"] } : each,
  );
  return storeOf([[...early, ...late], friend]);
}

test("nothing that training does not see is in the vocabulary, and no number at all", async () => {
  const { directory, manifest } = await prepare(storeOfSecrets(), {
    trainTokenizer: 5000,
    optedOut: ["Cleo"],
    ownRules: secrets.masked,
    country: "PT",
  });
  const { model } = JSON.parse(await readFile(path.join(directory, "tokenizer.json"), "utf8"));
  const entries = Object.keys(model.vocab).map((entry) => entry.replace("Ġ", ""));
  const hidden = Object.values(secrets);
  const leaks = entries.filter((entry) => entry.length > 3 && hidden.some((word) => word.includes(entry)));

  expect(leaks).toEqual([]);
  expect(entries.filter((entry) => /\d\d/.test(entry))).toEqual([]);
  expect(entries).toContain("abracadabra");
  expect(manifest.excluded["turns that repeat held-out text"]?.personaBubbles).toBe(1);
  expect(manifest.redactions).toMatchObject({ phone: expect.any(Number), own: expect.any(Number) });
});

test("the same messages give the same tokeniser; an import gives another one", async () => {
  const workspace = await newWorkspace();
  const options = { workspace, trainTokenizer: 500 };
  const first = await prepareShards({ store: manyWords(), ...options });
  const again = await prepareShards({ store: manyWords(), ...options });
  const elsewhere = await prepare(manyWords(), { trainTokenizer: 500 });
  const grown = storeOf([...manyWords().messages.values(), chat("cleo", 60, "Cleo")]);
  const after = await prepareShards({ store: grown, ...options });

  expect([first, again, after].map(({ reused }) => reused)).toEqual([false, true, false]);
  expect(await tokenizerJson(elsewhere.directory)).toBe(await tokenizerJson(first.directory));
  expect(elsewhere.manifest.id).toBe(first.manifest.id);
  expect(await tokenizerJson(after.directory)).not.toBe(await tokenizerJson(first.directory));
});

test("an earlier vocabulary is kept by naming its folder", async () => {
  const { directory, manifest } = await prepare(manyWords(), { trainTokenizer: 500 });
  const grown = storeOf([...manyWords().messages.values(), chat("cleo", 60, "Cleo")]);
  const after = await prepare(grown, { tokenizerDirectory: directory, tokenizerName: "earlier" });

  expect(after.manifest.tokenizer).toEqual({ ...manifest.tokenizer, name: "earlier", trainedFor: undefined });
});

test("only its own data set is left, for its owner's eyes; a dry run counts the same and leaves nothing", async () => {
  const workspace = await newWorkspace();
  const options = { store: manyWords(), workspace, trainTokenizer: 400 };
  const dry = await prepareShards({ ...options, dryRun: true });
  const left = (await readdir(workspace.root, { recursive: true })).filter((name) => name !== "shards");
  const real = await prepareShards(options);
  const open: string[] = [];
  for (const name of await readdir(workspace.root, { recursive: true }))
    if (((await stat(path.join(workspace.root, name))).mode & 0o077) !== 0) open.push(name);

  expect(left).toEqual([]);
  expect({ ...dry.manifest, createdAt: "" }).toEqual({ ...real.manifest, createdAt: "" });
  expect(open).toEqual([]);
  expect(await readdir(workspace.shards)).toEqual([real.manifest.id]);
});

test("a text that gives fewer ids than were asked for gives what it can", async () => {
  const { manifest } = await prepare(storeOf([chat("ben", 60)]), { trainTokenizer: 65_536 });

  expect(manifest.tokenizer.trainedFor).toBe(65_536);
  expect(manifest.tokenizer.vocabularySize).toBeGreaterThan(258);
  expect(manifest.tokenizer.vocabularySize).toBeLessThan(400);
});

test.each([0, 100, 257, 65_537, 1e9, 400.5])("%d ids are refused with what is possible", async (size) => {
  await expect(prepare(manyWords(), { trainTokenizer: size })).rejects.toMatchObject({
    message: `A tokeniser cannot have ${size} ids.`,
    fix: expect.stringContaining("258"),
  });
});

test("too little to learn from is said before anything is trained", async () => {
  const notes: string[] = [];
  const few: Partial<PrepareOptions> = { trainTokenizer: 400, note: (line) => notes.push(line) };

  await expect(prepare(storeOf([chat("ben", 12)]), few)).rejects.toThrow("too little to learn from");
});

test("stopped while the text is on its way to the trainer, it leaves nothing", async () => {
  const workspace = await newWorkspace();
  const stop = new AbortController();
  const options = { workspace, trainTokenizer: 400, onProgress: () => stop.abort(), signal: stop.signal };

  await expect(prepareShards({ store: manyWords(), ...options })).rejects.toThrow("aborted");
  expect(await readdir(workspace.shards)).toEqual([]);
});

// On a busy machine the killing may come when the trainer has done its work.
test("a trainer that is killed is an error, not a silence", { retry: 4 }, async () => {
  const workspace = await newWorkspace();
  const preparing = prepareShards({ store: manyWords(), workspace, trainTokenizer: 400 });
  const killing = setInterval(
    () => void execa("pkill", ["-KILL", "-f", workspace.shards], { reject: false }),
    20,
  );

  await expect(preparing.finally(() => clearInterval(killing))).rejects.toMatchObject({
    message: expect.stringContaining("was ended by SIGKILL"),
    fix: expect.stringContaining("fewer ids"),
  });
  expect(await readdir(workspace.shards)).toEqual([]);
});

test("hostile texts come back from the ids of a vocabulary that was trained on them", async () => {
  const hostile = [
    "<|endoftext|>",
    "a\r\nb",
    `z${"\u0300\u0489".repeat(500)}`,
    "x".repeat(20_000),
    "\u2028 \u0085",
  ];
  const thread = Array.from({ length: 300 }, (_, index) =>
    message("ben", index % 2 === 0 ? "Ben" : persona, hostile[(index >> 1) % 5] as string, 9 * hour * index),
  );
  const store = storeOf([thread]);
  const own = await prepare(store, { trainTokenizer: 1000, maxSilenceMinutes: 60 });
  const gpt2 = await prepare(store, { maxSilenceMinutes: 60 });
  const turnsOf = ({ directory, manifest }: typeof own) => readTurns(directory, "train", manifest);

  // Not `toEqual`, which would print megabytes.
  expect(JSON.stringify(await turnsOf(own)) === JSON.stringify(await turnsOf(gpt2))).toBe(true);
});

test("one vocabulary at a time: the flag goes before persona.json, and a folder before both", () => {
  const config = Config.parse({ prepare: { trainTokenizer: 4096 } });

  expect(tokenizerOf({}, Config.parse({}))).toEqual({});
  expect(tokenizerOf({}, config)).toEqual({ trainTokenizer: 4096 });
  expect(tokenizerOf({ trainTokenizer: 512 }, config)).toEqual({ trainTokenizer: 512 });
  expect(tokenizerOf({ tokenizer: "base" }, config)).toEqual({ tokenizerDirectory: "base" });
  expect(() => tokenizerOf({ tokenizer: "base", trainTokenizer: 512 }, config)).toThrow("cannot be combined");
});

/** Digits would stay apart. */
function syllables(count: number, seed: number): string {
  return words(count, seed).replace(/\d/g, (digit) => "aeioumnrst"[Number(digit)] ?? "");
}

function tokenizerJson(directory: string): Promise<string> {
  return readFile(path.join(directory, "tokenizer.json"), "utf8");
}
