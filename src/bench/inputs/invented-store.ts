import type { MessageStore } from "../../handoffs/index.ts";

const conversationEveryMs = 4 * 3_600_000;

/** Two invented people and sixty conversations: enough for a data set. A test looks for their words where none may be. */
export function inventedStore(): MessageStore {
  const said = (sender: string, text: string, sentAt: number) => ({
    thread: "ben",
    sender,
    sentAt,
    text,
    kind: "text" as const,
    attachments: [],
    reactions: [],
    source: "facebook/inbox",
  });
  const people = ["Ana", "Ben"].map((name) => ({ name, texts: 60 }));
  const thread = {
    id: "ben",
    title: "Ben",
    isGroup: false,
    section: "inbox",
    people,
    entries: 120,
    texts: 120,
  };
  return {
    owner: "Ana",
    threads: [{ ...thread, firstAt: 0, lastAt: 0, sha256: "invented" }],
    async *read() {
      for (let index = 0; index < 60; index++) {
        const askedAt = conversationEveryMs * index;
        yield said("Ben", `question ${index}`, askedAt);
        yield said("Ana", `mine ${index}`, askedAt + 1);
      }
    },
  };
}
