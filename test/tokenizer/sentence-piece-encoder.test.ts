import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzedTexts } from "../../src/bench/inputs/index.ts";
import { createSharedTokenizer, loadTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { referenceIds } from "../fixtures/tokenizers/reference.ts";
import { sentencePieceDirectory, sentencePieceShapes } from "../fixtures/tokenizers/sentence-pieces.ts";

const hostile = [
  "<s>",
  "</s><bos><eos><unk>",
  "<0x0A>",
  "\u2581a \u2581\u2581 b",
  "<h1> </h1> > </",
  "   three  two one ",
  "são 👩‍👩‍👧‍👦 \u0000\u00ad\ufeff",
];

describe.each(sentencePieceShapes)("a SentencePiece vocabulary of %s's shape", async (shape) => {
  const directory = sentencePieceDirectory(shape);
  const tokenizer = await loadTokenizer(directory);
  const structure = tokenizer.specialTokens.map(({ id }) => id);

  test("gives every text back, and makes structure of none", () => {
    for (const text of [...hostile, ...fc.sample(anyText(), { numRuns: 2000, seed: 3 })]) {
      const ids = tokenizer.encode(text);
      expect(tokenizer.decode(ids)).toBe(text.toWellFormed());
      expect(ids.some((id) => structure.includes(id))).toBe(false);
    }
  });

  test("has one id for a newline and one for a space", () => {
    expect([tokenizer.encode("\n"), tokenizer.encode(" ")]).toEqual([
      [expect.any(Number)],
      [expect.any(Number)],
    ]);
    expect(tokenizer.encode("\n\n")).toHaveLength(shape === "gemma" ? 1 : 2);
  });

  test("gives the reference's ids of a text with nothing put in front of it", async () => {
    // Texts are encoded line by line: how many newlines are cut into ids does not matter.
    const texts = [
      ...hostile,
      ...fc.sample(anyText(), { numRuns: 2000, seed: 5 }),
      ...fuzzedTexts(2000),
      ...fc.sample(fc.string({ unit: fc.constantFrom(..." <>/hey are you"), maxLength: 60 }), 2000),
      "hey ".repeat(300),
    ].filter((text) => !/\u2581|<h1>|<0x0A>|\n{3}/.test(text));

    expect(texts.map((text) => tokenizer.encode(text))).toEqual(
      referenceIds(
        await withoutPrefix(directory),
        texts.map((text) => text.toWellFormed()),
      ),
    );
  });

  test("is the same in a worker thread", () => {
    const shared = createSharedTokenizer(structuredClone(tokenizer.share() ?? expect.unreachable()));

    for (const text of hostile) expect(shared.encode(text)).toEqual(tokenizer.encode(text));
    expect(shared.decode(shared.encode(hostile.join("\n")))).toBe(hostile.join("\n"));
    expect(shared.opening).toBe(tokenizer.beginOfText?.id);
  });
});

test.each([
  ["loses characters that have no piece", { byte_fallback: false }, {}, "is neither byte-level BPE nor"],
  [
    "rewrites what is typed",
    {},
    { normalizer: { type: "NFKC" } },
    "its normaliser or pre-tokeniser changes texts",
  ],
  ["is of the Unigram kind", { type: "Unigram" }, {}, "is neither byte-level BPE nor"],
])("a vocabulary that %s is refused", async (_, model, changes, problem) => {
  const folder = await mkdtemp(path.join(tmpdir(), "refused-pieces-"));
  const json = JSON.parse(
    await readFile(path.join(sentencePieceDirectory("gemma"), "tokenizer.json"), "utf8"),
  );
  const changed = { ...json, ...changes, model: { ...json.model, ...model } };
  await writeFile(path.join(folder, "tokenizer.json"), JSON.stringify(changed));

  await expect(loadTokenizer(folder)).rejects.toThrow(problem);
});

/** The same without the space in front, which this project leaves out. */
async function withoutPrefix(directory: string): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), "no-prefix-"));
  await cp(directory, copy, { recursive: true });
  const file = path.join(copy, "tokenizer.json");
  const json = JSON.parse(await readFile(file, "utf8"));
  if (json.normalizer?.type === "Sequence") json.normalizer = json.normalizer.normalizers[1];
  if (json.pre_tokenizer?.type === "Metaspace") json.pre_tokenizer.prepend_scheme = "never";
  await writeFile(file, JSON.stringify(json));
  return copy;
}

function anyText() {
  return fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.lorem(),
    fc.string({ unit: fc.constantFrom("\u2581", " ", "<0x0A>", "<s>", "hey", "▁", "\n", ">", "</", "é") }),
  );
}
