import { existsSync } from "node:fs";
import path from "node:path";
import { resolveModelFile } from "node-llama-cpp";
import { UserError } from "../../errors.ts";
import { makePrivateDirectory } from "../../workspace.ts";

interface FindOptions {
  /** Where models that are fetched are kept. */
  folder: string;
  /** Such as `Q8_0`, where a repository has several. */
  quantization?: string | undefined;
  /** Told before a model is fetched, and how far that is. */
  onFetching?: (line: string) => void;
}

/**
 * The file of a model: a GGUF on this machine, or in a repository of the hub that is fetched once.
 *
 * @throws {UserError} where there is none.
 */
export async function findModel(
  model: string,
  { folder, quantization, onFetching }: FindOptions,
): Promise<string> {
  if (existsSync(model)) return path.resolve(model);
  const repository =
    /^(?:hf:|https:\/\/huggingface\.co\/)?([\w.-]+\/[\w.-]+)((?::[\w.-]+)?|\/[\w./-]+\.gguf)$/u.exec(model);
  if (repository === null || path.isAbsolute(model) || /^\.\.?\//.test(model)) throw noSuchFile(model);
  const [, name = "", rest = ""] = repository;
  const part = rest === "" && quantization !== undefined ? `:${quantization}` : rest;
  await makePrivateDirectory(folder);
  try {
    return await resolveModelFile(`hf:${name}${part}`, {
      directory: folder,
      cli: false,
      onProgress: told(model, onFetching),
    });
  } catch (cause) {
    throw new UserError(`${model} cannot be fetched from the hub (${(cause as Error).message}).`, {
      fix: "Check the name and the network, choose another of its files with --quantization, or pass the path of a GGUF.",
      cause,
    });
  }
}

/** One line a tenth of the way. */
function told(model: string, onFetching: FindOptions["onFetching"] = () => {}) {
  let tenths = -1;
  return ({ totalSize, downloadedSize }: { totalSize: number; downloadedSize: number }) => {
    const now = Math.floor((10 * downloadedSize) / Math.max(1, totalSize));
    if (now <= tenths) return;
    tenths = now;
    onFetching(`Fetching ${model}: ${now * 10} % of ${(totalSize / 1e6).toFixed(0)} MB …`);
  };
}

function noSuchFile(model: string): UserError {
  return new UserError(`There is no file ${model}.`, {
    fix: "Pass the path of a GGUF, or a repository of the hub, such as Qwen/Qwen2.5-0.5B-Instruct-GGUF.",
  });
}

const quantizationAtEnd = /[-._](?:(?:UD-)?I?Q\d\w*|TQ\d\w*|MXFP4|BF16|F16|F32)$/iu;

/** What people call a model: its file's name without what says how it is stored. */
export function nameOfModel(model: string): string {
  const last = path.basename(model.replace(/:[\w.-]+$/u, "")).replace(/\.gguf$/iu, "");
  return (
    last
      .replace(/^hf_[^_]+_/u, "")
      .replace(/-\d{5}-of-\d{5}$/u, "")
      .replace(quantizationAtEnd, "")
      .replace(/[-._]gguf$/iu, "") || "Model"
  );
}

/** How the weights of a file are stored, where its name says it. */
export function quantizationOf(file: string): string | undefined {
  return quantizationAtEnd
    .exec(
      path
        .basename(file)
        .replace(/\.gguf$/iu, "")
        .replace(/-\d{5}-of-\d{5}$/u, ""),
    )?.[0]
    .slice(1);
}
