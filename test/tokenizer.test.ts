import { execFileSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pythonPath } from "../src/python.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../src/tokenizer.ts";

const tokenizer = await loadTokenizer();

test("a typed special token becomes ordinary ids", () => {
  const ids = tokenizer.encode("<|endoftext|>");

  expect(ids).not.toContain(50256);
  expect(tokenizer.decode(ids)).toBe("<|endoftext|>");
  expect(tokenizer.encodeTemplate("<|endoftext|>")).toEqual([50256]);
});

test("every text comes back from its ids", () => {
  fc.assert(fc.property(anyText(), (text) => tokenizer.decode(tokenizer.encode(text)) === text));
});

test("ids equal those of the reference tokeniser, typed special tokens and odd spaces included", () => {
  const texts = [
    ...fc.sample(anyText(), { numRuns: 3000, seed: 7 }),
    ...["\ufeff", "\u0085", "\u00a0", "\u2028", "\u200b", "\r\n", " \t ", "\n\n"].flatMap((odd) => [
      odd,
      `a${odd}b`,
      `${odd} ${odd}x`,
    ]),
    ...["don't you'LL", "١٢٣ ²½", "e\u0301", "👩‍👩‍👧‍👦🇵🇹", "<|im_start|>user", "¯\\_(ツ)_/¯"],
  ];
  const reference = execFileSync(
    pythonPath,
    [
      "-c",
      `import json, sys
from tokenizers import Tokenizer
tokenizer = Tokenizer.from_file(sys.argv[1])
tokenizer.encode_special_tokens = True
print(json.dumps([tokenizer.encode(text, add_special_tokens=False).ids for text in json.load(sys.stdin)]))`,
      path.join(builtInTokenizerDirectory, "tokenizer.json"),
    ],
    { input: JSON.stringify(texts), maxBuffer: 1 << 28 },
  );

  expect(texts.map((text) => tokenizer.encode(text))).toEqual(JSON.parse(reference.toString()));
});

test("a tokeniser that is not byte-level is refused", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "tokenizer-"));
  await writeFile(path.join(directory, "tokenizer.json"), '{"model":{"type":"Unigram"},"decoder":null}');

  await expect(loadTokenizer(directory)).rejects.toThrow("is not a byte-level BPE tokeniser");
});

test("a folder without a tokeniser is named in the error", async () => {
  await expect(loadTokenizer("/nowhere")).rejects.toThrow("There is no readable tokenizer.json in /nowhere.");
});

function anyText() {
  return fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.lorem());
}
