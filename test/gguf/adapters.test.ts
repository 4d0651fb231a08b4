import { copyFile, mkdtemp, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import type { UserError } from "../../src/errors.ts";
import { projectRoot } from "../../src/project.ts";
import { pythonPath } from "../../src/python.ts";
import { type Engine, openEngine, openLlamaEngine } from "../../src/serve/engines/index.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../src/tokenizer/tokenizer.ts";

/** A two-layer GPT-2 as GGUF, two adapters to it, and the same two merged. */
const makeModels = `
import sys, types
from pathlib import Path
import torch
from transformers import GPT2Config, GPT2LMHeadModel
sys.path.insert(0, "scripts")
from trainer.adapter import write_adapter
from trainer.export import merge
from trainer.model_files import save_model, write_gguf
from trainer.trained_model import add_lora
folder, shards = Path(sys.argv[1]), types.SimpleNamespace(directory=Path(sys.argv[2]))

def base(dtype=torch.float32):
    torch.manual_seed(0)
    return GPT2LMHeadModel(GPT2Config(n_positions=64, n_embd=32, n_layer=2, n_head=2, initializer_range=0.2)).eval()

save_model(base(), folder / "base", shards)
write_gguf(folder / "base", folder / "base.gguf", "f32")
for seed in (1, 2):
    fresh = lambda dtype=torch.float32: add_lora(base(), 4, 12, 0.0)
    model = fresh()
    torch.manual_seed(seed)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    write_adapter(model, folder / "base", folder / f"adapter-{seed}.gguf")
    save_model(merge(model, fresh), folder / f"merged-{seed}", shards)
    write_gguf(folder / f"merged-{seed}", folder / f"merged-{seed}.gguf", "f32")
`;

const prompt = [50256, 37586, 25, 198, 5303, 628];
const asked = Array.from({ length: 2000 }, (_, id) => id * 25);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "persona adapters "));
  await execa(pythonPath, ["-c", makeModels, folder, builtInTokenizerDirectory], { cwd: projectRoot });
});

test("two personas over one base in memory are each what they are as merged models", async () => {
  const [merged1, merged2] = [await open("merged-1"), await open("merged-2")];
  const [first, second] = [await open("base", "adapter-1"), await open("base", "adapter-2")];
  const expected = [await logits(merged1), await logits(merged2)] as const;
  const together = await Promise.all([logits(first), logits(second)]);

  expect(distance(together[0], expected[0])).toBeLessThan(0.01);
  expect(distance(together[1], expected[1])).toBeLessThan(0.01);
  expect(distance(together[0], expected[1])).toBeGreaterThan(0.5);
  await Promise.all([merged1, merged2, first, second].map((engine) => engine.close()));
});

test("a base stays in memory until the last persona over it is closed, and comes again", async () => {
  const first = await open("base", "adapter-1");
  const expected = await logits(first);
  const file = path.join(folder, "base.gguf");
  await copyFile(file, `${file}.copy`);
  await truncate(file, 100);
  const second = await open("base", "adapter-2");
  await first.close();
  expect(distance(await logits(second), expected)).toBeGreaterThan(0.5);
  await second.close();
  await expect(open("base", "adapter-1")).rejects.toThrow("is cut off");
  await copyFile(`${file}.copy`, file);
  const again = await open("base", "adapter-1");

  expect(distance(await logits(again), expected)).toBeLessThan(1e-4);
  await again.close();
});

test("an adapter that is cut off is refused", async () => {
  const file = path.join(folder, "cut.gguf");
  await copyFile(path.join(folder, "adapter-1.gguf"), file);
  await truncate(file, 2000);

  await expect(open("base", "cut")).rejects.toThrow(file);
});

test("a run whose adapter cannot be laid over its base answers by its merged model, and says so", async () => {
  const [base, file] = [path.join(folder, "base.gguf"), path.join(folder, "gone.gguf")];
  const tokenizer = await loadTokenizer(builtInTokenizerDirectory);
  const files = { gguf: path.join(folder, "merged-1.gguf"), adapter: { base, file } };
  const problems: UserError[] = [];
  const engine = await openEngine(files, tokenizer, { passedOver: (problem) => problems.push(problem) });
  const merged = await open("merged-1");

  expect(distance(await logits(engine), await logits(merged))).toBeLessThan(1e-3);
  expect(problems.map(({ message }) => message)).toEqual([
    `${file} is cut off, damaged, or no adapter to this base. The run answers from its whole model.gguf: with the same words, but it shares no memory with other runs.`,
  ]);
  await Promise.all([engine.close(), merged.close()]);
});

function open(model: string, adapter?: string) {
  const file = adapter && path.join(folder, `${adapter}.gguf`);
  return openLlamaEngine(path.join(folder, `${model}.gguf`), {
    gpu: "cpu",
    conversations: 1,
    adapter: file,
  });
}

/** But for a constant that all of them share. */
async function logits(engine: Engine): Promise<number[]> {
  return (await engine.nextProbabilities(prompt, asked))?.map(Math.log) ?? [];
}

function distance(some: number[], others: number[]): number {
  return Math.max(...some.map((value, index) => Math.abs(value - (others[index] ?? 0))));
}
