import type { Llama, LlamaModel } from "node-llama-cpp";
import { type Gpu, openBackend } from "./backend.ts";
import { readAdapter } from "./library-internals.ts";
import { loadModel, unreadable } from "./model-file.ts";

/** A model in memory. */
export interface LoadedModel {
  llama: Llama;
  model: LlamaModel;
  /** Says that it is not needed any more. */
  release(): Promise<void>;
}

/** @throws {UserError} where the file is no model, or cannot be computed where it was asked for. */
export async function load(file: string, gpu: Gpu): Promise<LoadedModel> {
  const llama = await openBackend(gpu);
  try {
    const model = await loadModel(llama, file);
    return {
      llama,
      model,
      async release() {
        await model.dispose();
        await llama.dispose();
      },
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

interface Shared {
  loading: Promise<LoadedModel>;
  users: number;
}

const shared = new Map<string, Shared>();

/** As `load`; but whoever shares a file that is in memory already gets that, and the last one to release it lets it go. */
export async function share(file: string, gpu: Gpu): Promise<LoadedModel> {
  const key = `${gpu} ${file}`;
  const base = shared.get(key) ?? { loading: load(file, gpu), users: 0 };
  shared.set(key, base);
  base.users++;
  const release = async () => {
    base.users--;
    if (base.users > 0) return;
    shared.delete(key);
    await base.loading.then((loaded) => loaded.release());
  };
  try {
    return { ...(await base.loading), release };
  } catch (error) {
    if (shared.get(key) === base) shared.delete(key);
    throw error;
  }
}

/**
 * Brings an adapter into memory, where it stays as long as its model.
 *
 * A context that lays it over would load it too, but of one that cannot be made nobody learns why.
 *
 * @throws {UserError} where it is gone, cut off, or of another base.
 */
export async function loadAdapter({ model }: LoadedModel, file: string): Promise<void> {
  try {
    await readAdapter(model, file);
  } catch (cause) {
    throw unreadable(file, cause, "no adapter to this base");
  }
}
