import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Turn } from "../../src/handoffs.ts";
import { projectRoot, pythonPath } from "../../src/python.ts";
import { openLlamaEngine } from "../../src/serve/engines/llama.ts";
import { openPersona, type Persona } from "../../src/serve/index.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../src/tokenizer.ts";

/** A two-layer GPT-2 with random weights, as GGUF and as PyTorch's greedy continuation of a few ids. */
const makeModel = `
import json, shutil, sys
from pathlib import Path
import torch
from transformers import GPT2Config, GPT2LMHeadModel
sys.path.insert(0, "scripts")
from export_gguf import export
folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
torch.manual_seed(0)
model = GPT2LMHeadModel(GPT2Config(n_positions=256, n_embd=64, n_layer=2, n_head=2, initializer_range=0.2)).eval()
model.save_pretrained(folder / "model")
for name in ("tokenizer.json", "tokenizer_config.json"):
    shutil.copyfile(tokenizer / name, folder / "model" / name)
export(folder / "model", folder / "model.gguf", "f32")
ids = torch.tensor([json.loads(sys.argv[3])])
for _ in range(20):
    with torch.no_grad():
        ids = torch.cat([ids, model(ids).logits[:, -1:].argmax(-1)], dim=1)
(folder / "greedy.json").write_text(json.dumps(ids[0].tolist()))
`;

const prompt = [50256, 37586, 25, 198, 5303, 628];
let folder: string;
let persona: Persona;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "persona gguf "));
  await execa(pythonPath, ["-c", makeModel, folder, builtInTokenizerDirectory, JSON.stringify(prompt)], {
    cwd: projectRoot,
  });
  const files = { gguf: path.join(folder, "model.gguf"), tokenizerDirectory: path.join(folder, "model") };
  persona = await openPersona(
    { ...files, name: "Ana", about: "a test", rendering: "plain", speakers: ["Ben"] },
    { temperature: 0.8, topP: 0.95, maxTokens: 24 },
  );
});

afterAll(() => persona.close());

test("the engine continues ids as PyTorch does", async () => {
  const { default: expected } = await import(path.join(folder, "greedy.json"), { with: { type: "json" } });
  const engine = await openLlamaEngine(path.join(folder, "model.gguf"), { gpu: false });
  const options = { temperature: 0, topP: 1, seed: 1, maxTokens: 20, signal: new AbortController().signal };
  const ids: number[] = [];
  for await (const id of engine.generate(prompt, { ...options, conversation: "a" })) ids.push(id);
  await engine.close();

  expect([...prompt, ...ids]).toEqual(expected);
});

test("the same seed gives the same reply, whatever was evaluated before", async () => {
  const first = await say([turn("Ben", "hi")], "a");
  const longer = await say([turn("Ben", "hi"), turn("Ana", "yo"), turn("Ben", "and?")], "a");

  expect(await say([turn("Ben", "hi")], "a")).toEqual(first);
  expect(await say([turn("Ben", "hi"), turn("Ana", "yo"), turn("Ben", "and?")], "b")).toEqual(longer);
});

test("more conversations than there is memory for do not mix", async () => {
  const alone = await Promise.all(["x", "y"].map((text) => say([turn("Ben", text)], text)));
  const crowd = Array.from({ length: 8 }, (_, index) =>
    say([turn("Ben", index % 2 === 0 ? "x" : "y")], `crowd ${index}`),
  );

  for (const [index, reply] of (await Promise.all(crowd)).entries()) expect(reply).toEqual(alone[index % 2]);
});

test("a conversation longer than the context is still answered", async () => {
  const turns = Array.from({ length: 100 }, (_, index) =>
    turn(index % 2 === 0 ? "Ben" : "Ana", `message number ${index}`),
  );

  expect((await say(turns, "long")).length).toBeGreaterThan(0);
  expect((await say([turn("Ben", "word ".repeat(5000))], "huge")).length).toBeGreaterThan(0);
});

test("a stopped reply ends at once", async () => {
  const controller = new AbortController();
  let deltas = 0;
  for await (const event of persona.reply([turn("Ben", "hi")], {
    conversation: "stop",
    signal: controller.signal,
    seed: 1,
  })) {
    if (event.type === "bubble-delta") deltas++;
    controller.abort();
  }

  expect(deltas).toBeLessThanOrEqual(2);
});

test("people whom training does not know carry the neutral label", () => {
  expect([persona.labelOf("Ben"), persona.labelOf("Zoe"), persona.labelOf(undefined)]).toEqual([
    "Ben",
    "Friend",
    "Friend",
  ]);
});

test("a tokeniser that training did not use is refused", async () => {
  const tokenizer = await loadTokenizer(path.join(folder, "model"));
  const files = { gguf: path.join(folder, "model.gguf"), tokenizerDirectory: path.join(folder, "model") };
  const wrong = {
    ...files,
    name: "Ana",
    about: "",
    rendering: "plain" as const,
    speakers: [],
    tokenizerSha256: "0",
  };

  await expect(openPersona(wrong, { temperature: 1, topP: 1, maxTokens: 1 })).rejects.toThrow(
    "is not the one",
  );
  expect(tokenizer.sha256).toMatch(/^[0-9a-f]{64}$/);
});

function turn(speaker: string, bubble: string): Turn {
  return { speaker, isPersona: speaker === "Ana", bubbles: [bubble] };
}

async function say(turns: Turn[], conversation: string): Promise<string> {
  let text = "";
  for await (const event of persona.reply(turns, { conversation, seed: 7 })) {
    if (event.type === "bubble-delta") text += event.text;
    if (event.type === "bubble-end") text += "\n";
  }
  return text;
}
