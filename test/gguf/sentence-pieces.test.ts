import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { projectRoot } from "../../src/project.ts";
import { pythonPath, runScript } from "../../src/python.ts";
import { sentencePieceDirectory } from "../fixtures/tokenizers/sentence-pieces.ts";
import { chat, prepare, storeOf } from "../prepare/data-set.ts";
import { answerOf } from "./trained-persona.ts";

/** A tiny model of random weights beside the vocabulary, which makes the folder a base. */
const makeBase = `
import json, sys
sys.path.insert(0, "test/python")
import families
directory, family = sys.argv[1:]
size = len(json.load(open(f"{directory}/tokenizer.json"))["model"]["vocab"])
families.model_of(family, vocab_size=size, max_position_embeddings=128).save_pretrained(directory)
`;

const settings = ["--steps", "100", "--learning-rate", "3e-3", "--precision", "fp32"];
const small = ["--context-length", "64", "--tokens-per-step", "256", "--agreement-positions", "200"];

test("a base with a SentencePiece vocabulary is trained, exported and answers", async () => {
  const base = sentencePieceDirectory("gemma");
  await execa(pythonPath, ["-c", makeBase, base, "gemma3_text"], { cwd: projectRoot });
  const prepared = await prepare(storeOf([chat("ben", 80)]), {
    tokenizerName: "gemma",
    tokenizerDirectory: base,
  });
  const run = path.join(await mkdtemp(path.join(tmpdir(), "persona pieces ")), "run");
  const ask = ["--shards", prepared.directory, "--run", run, "--base", base, ...settings];

  const events = await finetune(...ask);
  const said = await answerOf(run, prepared.manifest);

  expect(events.at(-1)).toMatchObject({ type: "finished" });
  expect(events).not.toContainEqual(expect.objectContaining({ type: "warning" }));
  expect(said).toEqual([expect.stringMatching(/^mine/)]);
});

/** What the trainer says. */
async function finetune(...words: string[]): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of runScript("finetune.py", [...words, ...small])) events.push(event);
  return events;
}
