import type { LlamaContext, LlamaContextOptions, LlamaModel } from "node-llama-cpp";

/** What a context has memory for. */
export interface Room {
  /** Conversations that are kept evaluated. */
  conversations: number;
  /** Replies that can be drawn at once for one of them. */
  forks: number;
  /** Ids that are evaluated at once. */
  batchSize: number;
}

/** The most that it may take of the memory that is available. */
const shareOfMemory = 0.5;

/**
 * A context with as much room as there is memory for, of what was asked; undefined where there is not enough for one
 * conversation.
 */
export async function makeRoom(
  model: LlamaModel,
  asked: Room,
  options: LlamaContextOptions & { contextSize: number },
  memory = process.availableMemory() * shareOfMemory,
): Promise<{ context: LlamaContext; room: Room } | undefined> {
  for (const room of smallerAndSmaller(asked)) {
    const sequences = room.conversations + room.forks;
    const sized = { ...options, sequences, batchSize: room.batchSize };
    if ((await memoryFor(model, sized)) > memory) continue;
    try {
      return { context: await model.createContext({ ...sized, failedCreationRemedy: false }), room };
    } catch {
      // Estimates of memory are rough, and others take some meanwhile.
    }
  }
  return undefined;
}

function smallerAndSmaller({ conversations, forks, batchSize }: Room): Room[] {
  const rooms = [{ conversations, forks, batchSize }];
  while (conversations > 1 || forks > 0) {
    conversations = Math.max(1, conversations >> 1);
    forks = conversations > 1 ? forks : forks >> 1;
    batchSize = Math.max(64, batchSize >> 1);
    rooms.push({ conversations, forks, batchSize });
  }
  return rooms;
}

/** An estimate of the main memory that a context needs; the library asks for the GPU's itself. */
async function memoryFor(
  { fileInsights, gpuLayers }: LlamaModel,
  { contextSize, batchSize, sequences }: { contextSize: number; batchSize: number; sequences: number },
): Promise<number> {
  const { cpuRam } = await fileInsights.estimateContextResourceRequirementsV2({
    contextSize,
    batchSize,
    sequences,
    modelGpuLayers: gpuLayers,
  });
  return cpuRam;
}
