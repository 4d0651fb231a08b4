import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectRoot } from "../../../src/project.ts";
import type { TrainerProcessOptions } from "../../../src/train/trainer/trainer-process.ts";

/** How to start a few lines of Python as a trainer. */
export async function program(lines: string, killAfterMs = 5000): Promise<TrainerProcessOptions> {
  const directory = await mkdtemp(path.join(tmpdir(), "persona program "));
  await writeFile(path.join(directory, "program.py"), lines);
  const script = path.relative(path.join(projectRoot, "scripts"), path.join(directory, "program.py"));
  return { script, args: [], environment: {}, directory, killAfterMs };
}

export async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

/** The first thing that a trainer says. */
export async function firstLine(lines: AsyncIterable<string>): Promise<string> {
  const { value } = await lines[Symbol.asyncIterator]().next();
  return String(value);
}
