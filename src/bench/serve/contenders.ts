import { existsSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import * as z from "zod";
import { UserError } from "../../errors.ts";
import { runScript } from "../../python.ts";
import { builtInTokenizerDirectory } from "../../tokenizer/index.ts";

const script = "bench/serving.py";

const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("made"), file: z.string(), bytes: z.number() }),
  z.object({ type: z.literal("generated"), tokensPerSecond: z.number(), dtype: z.string() }),
  z.object({ type: z.literal("bandwidth"), bytesPerSecond: z.number() }),
]);
type Event = z.infer<typeof Event>;

/** A model's file to measure with. */
export interface ModelFile {
  type: string;
  file: string;
  bytes: number;
}

/** Random weights as GGUF files of some types in a folder; those that are there are taken. */
export async function makeModels(folder: string, base: string, types: string[]): Promise<ModelFile[]> {
  const tokenizer = ["--tokenizer", builtInTokenizerDirectory];
  const events = await saidBy(["make", folder, "--base", base, ...tokenizer, "--types", ...types]);
  return types.map((type, index) => {
    const made = events[index];
    if (made?.type !== "made") throw new Error(`No ${type} file was made.`);
    return { type, file: made.file, bytes: made.bytes };
  });
}

/** What a file is held against, whatever computes with it. */
export interface Machine {
  /** Bytes of memory that all cores read in a second. */
  memoryBytesPerSecond: number;
  /** Tokens a second of Hugging Face's `generate` with the same weights, and their type. */
  generate: { tokensPerSecond: number; dtype: string };
}

export async function measureMachine(
  folder: string,
  { tokens, threads }: { tokens: number; threads: number },
): Promise<Machine> {
  const sizes = ["--tokens", String(tokens), "--threads", String(threads)];
  const events = await saidBy(["generate", path.join(folder, "model"), ...sizes]);
  const memory = events.find((event) => event.type === "bandwidth");
  const generated = events.find((event) => event.type === "generated");
  if (memory === undefined || generated === undefined) throw new Error("The machine was not measured.");
  const { tokensPerSecond, dtype } = generated;
  return { memoryBytesPerSecond: memory.bytesPerSecond, generate: { tokensPerSecond, dtype } };
}

async function saidBy(words: string[]): Promise<Event[]> {
  const events: Event[] = [];
  for await (const line of runScript(script, words, { onStderr: () => {} })) events.push(Event.parse(line));
  return events;
}

/** llama.cpp's own programs. */
export interface LlamaPrograms {
  bench: string;
  batchedBench: string | undefined;
}

/** @param llamaBench `llama-bench`; `llama-batched-bench` is looked for beside it. */
export function findLlamaPrograms(llamaBench: string): LlamaPrograms {
  if (!existsSync(llamaBench)) {
    throw new UserError(`There is no ${llamaBench}.`, {
      fix: "Pass the path of llama.cpp's llama-bench with --llama-bench, or leave it out.",
    });
  }
  const batchedBench = path.join(path.dirname(llamaBench), "llama-batched-bench");
  return { bench: llamaBench, batchedBench: existsSync(batchedBench) ? batchedBench : undefined };
}

const BenchRow = z.object({ n_prompt: z.int(), n_gen: z.int(), avg_ts: z.number() });

/** Tokens a second of `llama-bench`: of a prompt, and of one stream. */
export async function runLlamaBench(
  { bench }: LlamaPrograms,
  file: string,
  {
    promptLength,
    tokens,
    threads,
    rounds,
  }: { promptLength: number; tokens: number; threads: number; rounds: number },
): Promise<{ prompt: number; stream: number }> {
  const sizes = ["-p", promptLength, "-n", tokens, "-r", rounds, "-t", threads, "-ngl", 0, "-o", "json"];
  const { stdout } = await execa(bench, ["-m", file, ...sizes.map(String)]);
  const rows = z.array(BenchRow).parse(JSON.parse(stdout));
  const speed = (isWanted: (row: z.infer<typeof BenchRow>) => boolean) =>
    rows.find(isWanted)?.avg_ts ?? Number.NaN;
  return { prompt: speed(({ n_gen }) => n_gen === 0), stream: speed(({ n_prompt }) => n_prompt === 0) };
}

const BatchedRow = z.object({ pl: z.int(), speed_tg: z.number() });

/** Tokens a second of `llama-batched-bench` by the number of streams. */
export async function runBatchedBench(
  { batchedBench }: LlamaPrograms,
  file: string,
  { streams, tokens, threads }: { streams: number[]; tokens: number; threads: number },
): Promise<Map<number, number>> {
  if (batchedBench === undefined) return new Map();
  const promptLength = 32;
  const context = Math.max(...streams) * (promptLength + tokens + 1);
  const sizes = [
    "-c",
    context,
    "-npp",
    promptLength,
    "-ntg",
    tokens,
    "-npl",
    streams.join(","),
    "-t",
    threads,
  ];
  const words = ["-m", file, ...sizes.map(String), "-ngl", "0", "--output-format", "jsonl"];
  const { stdout } = await execa(batchedBench, words);
  const rows = stdout.split("\n").filter((line) => line.startsWith("{"));
  return new Map(
    rows.map((line) => {
      const { pl, speed_tg } = BatchedRow.parse(JSON.parse(line));
      return [pl, speed_tg];
    }),
  );
}
