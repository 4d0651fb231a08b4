import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fuzzedTexts } from "../../src/bench/inputs/index.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { referenceIds } from "../fixtures/tokenizers/reference.ts";

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
    ...fc.sample(anyText(), { numRuns: 20_000, seed: 7 }),
    ...["\ufeff", "\u0085", "\u00a0", "\u2028", "\u200b", "\r\n", " \t ", "\n\n"].flatMap((odd) => [
      odd,
      `a${odd}b`,
      `${odd} ${odd}x`,
    ]),
    ...["don't you'LL", "١٢٣ ²½", "e\u0301", "👩‍👩‍👧‍👦🇵🇹", "<|im_start|>user", "¯\\_(ツ)_/¯"],
  ];
  expect(texts.map((text) => tokenizer.encode(text))).toEqual(referenceIds(builtInTokenizerDirectory, texts));
});

test("tokenisers that take digits apart, as SmolLM2's does, give the reference's ids too", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "digits-"));
  const json = JSON.parse(await readFile(path.join(builtInTokenizerDirectory, "tokenizer.json"), "utf8"));
  const digits = { type: "Digits", individual_digits: true };
  json.pre_tokenizer = { type: "Sequence", pretokenizers: [digits, json.pre_tokenizer] };
  await writeFile(path.join(directory, "tokenizer.json"), JSON.stringify(json));
  const apart = await loadTokenizer(directory);
  const texts = [
    ...fc.sample(anyText(), { numRuns: 2000, seed: 11 }),
    ...["in 2024", "1 2", "a1b22 c", " 7", "3\n", "½ ²³ ١٢٣", "x  9  y", "12,5 €"],
  ];

  expect(texts.map((text) => apart.encode(text))).toEqual(referenceIds(directory, texts));
});

const qwen =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

test.each([
  { like: "Qwen 2.5", regex: qwen, normalizer: { type: "NFC" }, model: {} },
  {
    like: "Llama 3",
    regex: qwen.replace("\\p{N}|", "\\p{N}{1,3}|"),
    normalizer: null,
    model: { ignore_merges: true },
  },
])("tokenisers that split as $like does give the reference's ids too", async (family) => {
  const directory = await mkdtemp(path.join(tmpdir(), "split-"));
  const json = JSON.parse(await readFile(path.join(builtInTokenizerDirectory, "tokenizer.json"), "utf8"));
  const split = { type: "Split", pattern: { Regex: family.regex }, behavior: "Isolated", invert: false };
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false };
  const pre_tokenizer = { type: "Sequence", pretokenizers: [split, bytes] };
  await writeFile(
    path.join(directory, "tokenizer.json"),
    JSON.stringify({
      ...json,
      normalizer: family.normalizer,
      pre_tokenizer,
      post_processor: null,
      model: { ...json.model, ...family.model },
    }),
  );
  const other = await loadTokenizer(directory);
  const unit = fc.constantFrom(
    ..." \n\r\t's'T'dlLvVeErRmM123ab.,!é\u0301\u00a0\u0085\ufeff\u2028\u200b\u3000ſ",
  );
  const texts = [
    ...fc.sample(anyText(), { numRuns: 2000, seed: 11 }),
    ...fc.sample(fc.string({ unit, maxLength: 40 }), { numRuns: 3000, seed: 3 }),
    ...fuzzedTexts(5000),
  ];

  expect(texts.map((text) => other.encode(text))).toEqual(referenceIds(directory, texts));
});

test("pieces of any length merge as the reference merges them", () => {
  const random = fc.sample(fc.string({ unit: fc.constantFrom(..."aehlot"), minLength: 40, maxLength: 400 }), {
    numRuns: 200,
    seed: 5,
  });
  const texts = [...random, "a".repeat(20_000), "ab".repeat(5_000), "=".repeat(3_000), "é".repeat(1_000)];

  expect(texts.map((text) => tokenizer.encode(text))).toEqual(referenceIds(builtInTokenizerDirectory, texts));
});

test("a memo that overflows again and again changes no id", () => {
  const words = Array.from({ length: 200_000 }, (_, index) => `${(index * 7919) % 199_999}x${index % 7}`);
  const before = words.slice(0, 100).map((word) => tokenizer.encode(word));
  for (const word of words) tokenizer.encode(word);

  expect(words.slice(0, 100).map((word) => tokenizer.encode(word))).toEqual(before);
});

test("a tokeniser that loses characters is refused", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "tokenizer-"));
  await writeFile(path.join(directory, "tokenizer.json"), '{"model":{"type":"Unigram"},"decoder":null}');

  await expect(loadTokenizer(directory)).rejects.toThrow("is neither byte-level BPE nor");
});

test.each([
  ["a kind of pre-tokeniser that nobody knows", { pre_tokenizer: { type: "Unheard" } }],
  ["a pattern that is none", { pre_tokenizer: { type: "Split", pattern: { Regex: "(?<=a+)[" } } }],
  ["no pre-tokeniser", { pre_tokenizer: null }],
  ["a normaliser that nobody knows", { normalizer: { type: "Unheard" } }],
  ["no vocabulary", { model: { type: "BPE", merges: [] } }],
  ["no merges", { model: { type: "BPE", vocab: { a: 0, b: 1 } } }],
  ["merges of numbers", { model: { type: "BPE", vocab: { a: 0 }, merges: [3] } }],
  ["added tokens that are no list", { added_tokens: { a: 1 } }],
  ["an added token that is nothing", { added_tokens: [null] }],
])("a tokeniser with %s gives two lines", async (_, changes) => {
  const directory = await mkdtemp(path.join(tmpdir(), "damaged-tokenizer-"));
  const json = JSON.parse(await readFile(path.join(builtInTokenizerDirectory, "tokenizer.json"), "utf8"));
  await writeFile(path.join(directory, "tokenizer.json"), JSON.stringify({ ...json, ...changes }));

  await expect(loadTokenizer(directory)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/tokenizer\.json cannot be read as a tokeniser: .*\.$/),
    fix: "Copy the model's folder again, or choose another base, such as gpt2-large.",
  });
});

test("a folder without a tokeniser is named in the error", async () => {
  await expect(loadTokenizer("/nowhere")).rejects.toThrow("There is no readable tokenizer.json in /nowhere.");
});

function anyText() {
  return fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.lorem());
}
