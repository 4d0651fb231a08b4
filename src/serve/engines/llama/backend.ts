import { getLlama, getLlamaGpuTypes, type Llama, LlamaLogLevel } from "node-llama-cpp";
import { UserError } from "../../../errors.ts";

/** Where it is to be computed; `auto` takes a GPU where there is one. */
export type Gpu = "auto" | "cpu" | "cuda" | "vulkan" | "metal";

const names = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

/**
 * llama.cpp as it comes with its package: nothing is compiled or downloaded.
 *
 * @throws {UserError} where it cannot compute on what was asked for.
 */
export async function openBackend(gpu: Gpu): Promise<Llama> {
  const options = {
    build: "never",
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
  } as const;
  if (gpu === "auto") return getLlama({ ...options, gpu });
  if (gpu === "cpu") return getLlama({ ...options, gpu: false });
  const llama = await getLlama({ ...options, gpu }).catch(() => undefined);
  if (llama?.gpu === gpu) return llama;
  await llama?.dispose();
  throw new UserError(`llama.cpp finds no ${names[gpu]} that it could compute on.`, {
    fix: 'Let it choose, by --gpu auto or "reply": { "gpu": "auto" } in persona.json, or install the driver.',
  });
}

/** Where it computes: `llama.cpp on CPU, 2 threads`. */
export function describeBackend({ gpu, maxThreads }: Llama): string {
  if (gpu !== false) return `llama.cpp on ${names[gpu]}`;
  return `llama.cpp on CPU, ${maxThreads} ${maxThreads === 1 ? "thread" : "threads"}`;
}

/** Whether this machine has a GPU that replies can be computed on. */
export async function hasGpu(): Promise<boolean> {
  // Opening costs half a second, and where no driver is installed it tries nothing but the CPU.
  const installed = await getLlamaGpuTypes("supported");
  if (installed.every((gpu) => gpu === false)) return false;
  const llama = await openBackend("auto");
  const isOnGpu = llama.gpu !== false;
  await llama.dispose();
  return isOnGpu;
}

/** Where replies would be computed on this machine. */
export async function describeEngine(): Promise<string> {
  const llama = await openBackend("auto");
  const about = describeBackend(llama);
  await llama.dispose();
  return about;
}
