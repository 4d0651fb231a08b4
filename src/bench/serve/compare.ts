import { besideTraining } from "./beside-training.ts";
import {
  findLlamaPrograms,
  type LlamaPrograms,
  type Machine,
  type ModelFile,
  makeModels,
  measureMachine,
  runBatchedBench,
  runLlamaBench,
} from "./contenders.ts";
import {
  type FirstToken,
  type MeasuredEngine,
  measureFirstToken,
  measureStreams,
  type OpenEngine,
  type Streams,
} from "./engine.ts";

interface Asked {
  base: string;
  formats: string[];
  llamaBench: string | null;
  besideTraining: boolean;
  trained: string;
  conversations: number[];
  promptLength: number;
  tokens: number;
  rounds: number;
  threads: number;
}

/** What one file was measured to do, and others with it. Speeds are tokens a second. */
export interface FileFigures {
  format: string;
  bytes: number;
  firstToken: FirstToken;
  streams: Streams[];
  llamaBench?: { prompt: number; stream: number };
  batchedBench?: Record<number, number>;
  /** One stream at the most, if nothing but reading the weights took time. */
  bandwidthBound: number;
  training?: BesideTraining;
}

/** One thread each: what llama.cpp's spinning threads suffer from is not measured here. */
interface BesideTraining {
  idle: Streams;
  beside: Streams;
}

export interface ServeFigures extends Machine {
  engine: string;
  threads: number;
  files: FileFigures[];
}

/** Measures everything in one run, one after the other: nothing else may compute meanwhile. */
export async function compareServing(
  asked: Asked,
  { folder, openEngine, note }: { folder: string; openEngine: OpenEngine; note: (line: string) => void },
): Promise<ServeFigures> {
  const programs = asked.llamaBench === null ? undefined : findLlamaPrograms(asked.llamaBench);
  note(`Making random weights, ${asked.base} …`);
  const models = await makeModels(folder, asked.base, asked.formats);
  note("Hugging Face's generate …");
  const machine = await measureMachine(folder, asked);
  const files: FileFigures[] = [];
  let engine = "";
  for (const model of models) {
    const measured = await measureFile(model, asked, { openEngine, note, programs, threads: asked.threads });
    engine = measured.engine;
    const bandwidthBound = machine.memoryBytesPerSecond / model.bytes;
    files.push({ format: model.type, bytes: model.bytes, bandwidthBound, ...measured.figures });
  }
  return { engine, threads: asked.threads, ...machine, files };
}

interface Means {
  threads: number;
  openEngine: OpenEngine;
  note: (line: string) => void;
  programs: LlamaPrograms | undefined;
}

async function measureFile(
  model: ModelFile,
  asked: Asked,
  means: Means,
): Promise<{ engine: string; figures: Omit<FileFigures, "format" | "bytes" | "bandwidthBound"> }> {
  const { promptLength, rounds } = asked;
  means.note(`${model.type}: the first token …`);
  const [firstToken, engine] = await withEngine(model, 1, means, async (engine) => {
    return [await measureFirstToken(engine, { promptLength, rounds }), engine.about] as const;
  });
  const streams: Streams[] = [];
  for (const conversations of asked.conversations) {
    means.note(`${model.type}: ${conversations} at once …`);
    streams.push(
      await withEngine(model, conversations, means, (engine) => stream(engine, conversations, asked)),
    );
  }
  const others = await measureOthers(model, asked, means);
  const training = asked.besideTraining ? await measureBesideTraining(model, asked, means) : undefined;
  return { engine, figures: { firstToken, streams, ...others, ...(training && { training }) } };
}

/** A short reply first: what is read and made at the first one is not the speed of the others. */
async function stream(engine: MeasuredEngine, conversations: number, { tokens }: Asked): Promise<Streams> {
  await measureStreams(engine, { conversations, tokens: 2 });
  return measureStreams(engine, { conversations, tokens });
}

async function measureOthers(
  { type, file }: ModelFile,
  { conversations, promptLength, tokens, rounds, threads }: Asked,
  { programs, note }: Means,
): Promise<Pick<FileFigures, "llamaBench" | "batchedBench">> {
  if (programs === undefined) return {};
  note(`${type}: llama-bench …`);
  const llamaBench = await runLlamaBench(programs, file, { promptLength, tokens, threads, rounds });
  note(`${type}: llama-batched-bench …`);
  const batched = await runBatchedBench(programs, file, { streams: conversations, tokens, threads });
  return { llamaBench, batchedBench: Object.fromEntries(batched) };
}

async function measureBesideTraining(model: ModelFile, asked: Asked, means: Means): Promise<BesideTraining> {
  means.note(`${model.type}: one thread, without and beside a training run …`);
  const threads = Math.max(1, asked.threads - 1);
  return withEngine(model, 1, means, async (engine) => {
    engine.setThreads(1);
    const idle = await stream(engine, 1, asked);
    const beside = await besideTraining({ base: asked.trained, threads }, () => stream(engine, 1, asked));
    return { idle, beside };
  });
}

async function withEngine<T>(
  { file }: ModelFile,
  conversations: number,
  { openEngine, threads }: Means,
  use: (engine: MeasuredEngine) => Promise<T>,
): Promise<T> {
  const engine = await openEngine(file, { conversations, gpu: "cpu" });
  // As many as the others have, whatever runs beside all of them.
  engine.setThreads(threads);
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}
