import type { Message } from "../../src/handoffs/index.ts";
import { openMessages } from "../../src/ingest/index.ts";
import type { Workspace } from "../../src/workspace.ts";

/** What the store holds, thread by thread in its order. */
export async function storedThreads(workspace: Workspace): Promise<{ id: string; messages: Message[] }[]> {
  const store = await openMessages(workspace);
  const threads: { id: string; messages: Message[] }[] = [];
  for (const thread of store.threads) {
    const messages: Message[] = [];
    for await (const message of store.read(thread)) messages.push(message);
    threads.push({ id: thread.id, messages });
  }
  return threads;
}

export async function storedMessages(workspace: Workspace): Promise<Message[]> {
  return (await storedThreads(workspace)).flatMap(({ messages }) => messages);
}

/** The texts of each thread. */
export async function storedTexts(workspace: Workspace): Promise<string[][]> {
  return (await storedThreads(workspace)).map(({ messages }) => messages.map(({ text }) => text));
}
