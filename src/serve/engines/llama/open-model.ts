import type { Llama, LlamaModel } from "node-llama-cpp";
import { UserError } from "../../../errors.ts";
import { maxContext } from "../limits.ts";
import type { Gpu } from "./backend.ts";
import { Branch, branchOptions } from "./branch.ts";
import { type LoadedModel, load, loadAdapter, share } from "./loaded-model.ts";
import { Lockstep } from "./lockstep.ts";
import { makeRoom, type Room } from "./room.ts";
import { ThreadWatch } from "./threads.ts";

const usualRoom: Room = { conversations: 4, forks: 4, batchSize: 512 };

/** Ids of a prompt in a batch of replies: as many as do not make the replies wait for long. */
const longestPrefill = { cpu: 64, gpu: 512 };

export interface LlamaOptions {
  gpu?: Gpu | undefined;
  /** Conversations that are kept evaluated; each costs one context's worth of memory. */
  conversations?: number | undefined;
  /** A LoRA adapter that is laid over the model, which is then shared by all that lay one over it in this process. */
  adapter?: string | undefined;
  /** Told of what is not as it was asked for. */
  warn?: (line: string) => void;
}

/** A model with a context that has room for conversations. */
export interface OpenModel {
  llama: Llama;
  model: LlamaModel;
  contextLength: number;
  conversations: Branch[];
  forks: Branch[];
  watch: ThreadWatch;
  close(): Promise<void>;
}

/**
 * Loads a model where it was asked for; on the CPU where the GPU has too little memory for it.
 *
 * @throws {UserError} where the file is no model, or there is no room for it.
 */
export async function openModel(
  file: string,
  { gpu = "auto", conversations = usualRoom.conversations, adapter, warn = () => {} }: LlamaOptions,
): Promise<OpenModel> {
  const asked = { ...usualRoom, conversations };
  const loaded = await (adapter === undefined ? load : share)(file, gpu);
  const opened = await openIn(loaded, asked, { adapter, warn }).catch(async (error: unknown) => {
    await loaded.release();
    throw error;
  });
  if (opened !== undefined) return opened;
  const isOnGpu = loaded.llama.gpu !== false;
  await loaded.release();
  if (!isOnGpu) throw tooLittleMemory(file);
  warn("The GPU has too little memory left for this model: replies are computed on the CPU.");
  return openModel(file, { gpu: "cpu", conversations, adapter, warn });
}

/** Undefined where there is not enough memory. */
async function openIn(
  loaded: LoadedModel,
  asked: Room,
  { adapter, warn }: { adapter: string | undefined; warn: (line: string) => void },
): Promise<OpenModel | undefined> {
  const { llama, model, release } = loaded;
  if (adapter !== undefined) await loadAdapter(loaded, adapter);
  const isOnCpu = llama.gpu === false;
  const watch = new ThreadWatch(llama.cpuMathCores);
  const contextLength = Math.min(model.trainContextSize ?? maxContext, maxContext);
  const lockstep = new Lockstep(isOnCpu ? longestPrefill.cpu : longestPrefill.gpu);
  const made = await makeRoom(model, asked, {
    contextSize: contextLength,
    threads: llama.cpuMathCores,
    flashAttention: "auto",
    batching: { itemPrioritizationStrategy: lockstep.fillBatch },
    ...(adapter !== undefined && { lora: adapter }),
  });
  if (made === undefined) return undefined;
  const { context, room } = made;
  if (room.conversations < asked.conversations)
    warn(
      `There is memory for ${room.conversations} of ${asked.conversations} conversations: others are evaluated anew.`,
    );
  if (isOnCpu) await watch.start((threads) => (llama.maxThreads = threads));
  const branches = (count: number) =>
    Array.from({ length: count }, () => new Branch(context.getSequence(branchOptions), lockstep));
  return {
    llama,
    model,
    contextLength,
    conversations: branches(room.conversations),
    forks: branches(room.forks),
    watch,
    async close() {
      watch.stop();
      await context.dispose();
      await release();
    },
  };
}

function tooLittleMemory(file: string): UserError {
  return new UserError(`There is too little memory for a conversation with ${file}.`, {
    fix: "End other programs, or serve a run of a smaller base: persona runs use RUN",
  });
}
