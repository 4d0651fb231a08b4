import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { RunRecord } from "../../handoffs/index.ts";

const gpt2Parameters: Record<string, number> = {
  gpt2: 124e6,
  "gpt2-medium": 355e6,
  "gpt2-large": 774e6,
  "gpt2-xl": 1558e6,
};
const gpt2Vocabulary = 50_257;
const maxContext = 1024;

/** How many weights a base has, roughly; undefined where neither its shape, its files nor its name say so. */
export async function estimateParameters({ name }: RunRecord["base"]): Promise<number | undefined> {
  const [, layers, , width] = /^scratch:(\d+)x(\d+)x(\d+)/.exec(name) ?? [];
  if (layers !== undefined && width !== undefined) return scratchParameters(Number(layers), Number(width));
  const short = path.basename(name).toLowerCase();
  return gpt2Parameters[short] ?? (path.isAbsolute(name) ? await fromFiles(name) : fromName(short));
}

/** A GPT-2 block has 12 · width² weights; token and position embeddings come on top. */
function scratchParameters(layers: number, width: number): number {
  return layers * 12 * width ** 2 + (gpt2Vocabulary + maxContext) * width;
}

/** Weights are stored in 2 bytes as a rule, and in less when quantised. */
async function fromFiles(directory: string): Promise<number | undefined> {
  const names = await readdir(directory).catch(() => []);
  const weights = names.filter((name) => /\.(safetensors|gguf)$/.test(name));
  const sizes = await Promise.all(weights.map((name) => stat(path.join(directory, name))));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  return bytes > 0 ? bytes / 2 : undefined;
}

/** `smollm2-135m`, `qwen2.5-1.5b`, `pythia-70m-deduped`. */
function fromName(name: string): number | undefined {
  const [, number, unit] = /(?:^|[-_])(\d+(?:\.\d+)?)([mb])(?![a-z0-9])/.exec(name) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === "b" ? 1e9 : 1e6);
}
