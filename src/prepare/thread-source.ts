import type { Message, MessageStore, ThreadSummary } from "../handoffs.ts";
import type { Batches } from "./conversations.ts";

/** The messages of one thread in batches, as often as one asks. */
export type ThreadSource = () => Batches;

const messagesABatch = 1_000;
/** A thread of up to so many characters is kept in memory, some 200,000 messages; a longer one is read from the store three times. */
const mostCharacters = 32_000_000;
const charactersAMessage = 150;

/** A thread that is read several times, and kept in memory when it is not too large. */
export async function openThread(store: MessageStore, thread: ThreadSummary): Promise<ThreadSource> {
  const read = () => batchesOf(store, thread);
  if (thread.entries * charactersAMessage > mostCharacters) return read;
  const kept: Message[][] = [];
  let characters = 0;
  for await (const batch of read()) {
    kept.push(batch);
    for (const { text } of batch) characters += text.length + charactersAMessage;
    if (characters > mostCharacters) return read;
  }
  return () => kept;
}

async function* batchesOf(store: MessageStore, thread: ThreadSummary): AsyncGenerator<Message[]> {
  if (store.readBatches !== undefined) return yield* store.readBatches(thread);
  let batch: Message[] = [];
  for await (const message of store.read(thread)) {
    batch.push(message);
    if (batch.length < messagesABatch) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
