import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readGgufFileInfo } from "node-llama-cpp";
import type { GenerateOptions } from "../../../../src/serve/engines/index.ts";
import { openLlamaEngine } from "../../../../src/serve/engines/index.ts";

/** A GPT-2 of one layer and 16 dimensions, with random weights, 300 ids and a context of 1,024. */
const model = path.resolve("test/fixtures/old-data/data/runs/916e71c1b1/model.gguf");
export const contextLength = 1024;
export const newline = 199;

/** The model, grown decided: its logits are spread as those of a trained one, and differ with what came before. */
export const decided = () => changed({ "output_norm.weight": new Float32Array(16).fill(30) });

/** A model that is nearly certain of one id, whatever came before; which one depends on the direction. */
export const monotonous = (direction: number[]) =>
  changed({
    "output_norm.weight": new Float32Array(16),
    "output_norm.bias": Float32Array.from(direction, (value) => value * 1000),
  });

/** The model with other values for some of its tensors of 32-bit floats. */
async function changed(tensors: Record<string, Float32Array>): Promise<string> {
  const bytes = await readFile(model);
  const { fullTensorInfo = [] } = await readGgufFileInfo(model);
  for (const { name, fileOffset } of fullTensorInfo) {
    const values = tensors[name];
    if (values !== undefined) bytes.set(new Uint8Array(values.buffer), Number(fileOffset));
  }
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona engine ")), "model.gguf");
  await writeFile(file, bytes);
  return file;
}

/** An engine on the CPU. */
export async function openEngine(file: string, conversations = 4): ReturnType<typeof openLlamaEngine> {
  const engine = await openLlamaEngine(file, { gpu: "cpu", conversations });
  // Whatever else this machine does, the same sums are made in the same order.
  engine.setThreads(1);
  return engine;
}

export function options(some: Partial<GenerateOptions> = {}): GenerateOptions {
  const signal = new AbortController().signal;
  const usual = { conversation: "a", temperature: 1, topP: 0.95, minP: 0, seed: 1, maxTokens: 20, signal };
  return { ...usual, ...some };
}

/** So many ids, different for every start. */
export function idsFrom(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (start * 31 + index * 17) % 300);
}

export async function all(ids: AsyncIterable<number>): Promise<number[]> {
  const read: number[] = [];
  for await (const id of ids) read.push(id);
  return read;
}
