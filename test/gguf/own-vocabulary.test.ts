import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { type PreparedShards, prepareShards } from "../../src/prepare/index.ts";
import { projectRoot } from "../../src/project.ts";
import { pythonPath, runScript } from "../../src/python.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { chat, newWorkspace, storeOf } from "../prepare/data-set.ts";
import { answerOf } from "./trained-persona.ts";

let prepared: PreparedShards;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "persona vocabulary "));
  prepared = await prepareShards({
    store: storeOf([chat("ben", 80)]),
    workspace: await newWorkspace(),
    trainTokenizer: 300,
  });
});

test("a model from scratch is trained, exported and served with a vocabulary of one's own", async () => {
  const events = await finetune("scratch:2x2x64", "--steps", "100", "--learning-rate", "3e-3");
  const said = await answerOf(path.join(folder, "run"), prepared.manifest);

  expect(events.at(-1)).toMatchObject({
    type: "finished",
    agreement: { q8_0: { positions: expect.any(Number) } },
  });
  expect(said).toEqual([expect.stringMatching(/^mine \d/)]);
});

test("other programs read the exported folder with the same ids", async () => {
  const directory = path.join(folder, "run/attempt-1/model");
  const texts = ["Ben:\nquestion 9\n\nAna Lima:\nmine 9", "olá 😂 2024", "  two  spaces "];
  const script = `import json, sys
from transformers import AutoModelForCausalLM, AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(sys.argv[1])
ids = [tokenizer(text, add_special_tokens=False).input_ids for text in json.loads(sys.argv[2])]
print(json.dumps([ids, model.config.vocab_size, model.config.eos_token_id]))`;
  const { stdout } = await execa(pythonPath, ["-c", script, directory, JSON.stringify(texts)]);
  const tokenizer = await loadTokenizer(directory);

  expect(JSON.parse(stdout)).toEqual([
    texts.map((text) => tokenizer.encode(text)),
    prepared.manifest.tokenizer.vocabularySize,
    prepared.manifest.endOfConversation,
  ]);
});

test("a GGUF is unpacked without progress bars, which a table would be cut by", async () => {
  const script = `import sys
from pathlib import Path
sys.path.insert(0, "scripts")
import trainer.gguf_bases
trainer.gguf_bases.CACHE = Path(sys.argv[2])
print(trainer.gguf_bases.folder_of(Path(sys.argv[1])))`;
  const gguf = path.join(folder, "run/attempt-1/model.gguf");
  const cache = path.join(folder, "cache");
  const { stdout, stderr } = await execa(pythonPath, ["-c", script, gguf, cache], { cwd: projectRoot });

  expect(stderr).toBe("");
  expect(stdout.startsWith(cache)).toBe(true);
});

test("a base with a vocabulary of its own is refused", async () => {
  const script = `import shutil, sys
from transformers import GPT2Config, GPT2LMHeadModel
GPT2LMHeadModel(GPT2Config(n_embd=8, n_layer=1, n_head=1)).save_pretrained(sys.argv[1])
shutil.copy(sys.argv[2] + "/tokenizer.json", sys.argv[1])`;
  const base = path.join(folder, "gpt2");
  await execa(pythonPath, ["-c", script, base, builtInTokenizerDirectory]);

  expect((await finetune(base, "--steps", "1")).at(-1)).toMatchObject({
    type: "failed",
    reason: "The shards were made with another tokeniser than the base's: their vocabularies differ",
  });
});

/** What the trainer says. */
async function finetune(base: string, ...rest: string[]): Promise<unknown[]> {
  const run = ["--shards", prepared.directory, "--run", path.join(folder, "run"), "--base", base];
  const small = ["--context-length", "64", "--tokens-per-step", "256", "--agreement-positions", "200"];
  const events: unknown[] = [];
  try {
    for await (const event of runScript("finetune.py", [...run, ...small, ...rest])) events.push(event);
  } catch (error) {
    if (events.length === 0) throw error;
  }
  return events;
}
