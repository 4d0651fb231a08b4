import type { Message, MessageStore, ThreadSummary } from "../../handoffs/index.ts";
import type { Batches } from "./conversations.ts";

/** The messages of one thread in batches, as often as one asks. */
export type ThreadSource = () => Batches;

const messagesABatch = 1_000;
/** A thread of up to so many characters is kept in memory, some 160,000 messages; a longer one is read from the store three times. */
const maxCharacters = 32_000_000;
/** The same for all that are under way. */
const maxCharactersOfAll = 2 * maxCharacters;
/** What a message takes beside its text, and how long most texts are. */
const charactersAMessage = 150;
const usualCharacters = 45;

/** How much of a thread is kept where so many are worked on at once. */
export function keptCharacters(jobs: number): number {
  return Math.min(maxCharacters, maxCharactersOfAll / jobs);
}

/** A thread that is read several times, and kept in memory when it is not too large. */
export async function openThread(
  store: MessageStore,
  thread: ThreadSummary,
  maxCharacters: number,
): Promise<ThreadSource> {
  const read = () => batchesOf(store, thread);
  // Decide up front: caching half a thread and then reading it again costs most.
  if (thread.entries * (charactersAMessage + usualCharacters) > maxCharacters) return read;
  const kept: Message[][] = [];
  let characters = 0;
  for await (const batch of read()) {
    kept.push(batch);
    for (const { text } of batch) characters += text.length + charactersAMessage;
    if (characters > maxCharacters) return read;
  }
  return () => kept;
}

/** The messages of one thread as they come from the store. */
export async function* batchesOf(store: MessageStore, thread: ThreadSummary): AsyncGenerator<Message[]> {
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
