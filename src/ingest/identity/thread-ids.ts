import { createHash } from "node:crypto";
import { isNameless } from "./chat.ts";
import type { ChatGroup } from "./chat-groups.ts";
import { moved } from "./sketch.ts";

/**
 * Ids for threads that have none: by how a chat begins, and so the same whichever export of it comes first. Nothing of a
 * name is in them, since they stay when a person is forgotten.
 */
export class ThreadIds {
  readonly #stored: Set<string>;
  readonly #taken = new Set<string>();

  /** @param stored Ids of the store. */
  constructor(stored: Iterable<string>) {
    this.#stored = new Set(stored);
  }

  take(id: string): string {
    this.#taken.add(id);
    return id;
  }

  /** @param prefix What the ids of its network begin with. */
  next(prefix: string, group: ChatGroup, clockMs: number): string {
    // Nothing but how it begins tells a chat without names from others: of the store it is the one that begins so.
    const mayBeStored = group.members.every(({ chat }) => isNameless(chat));
    const beginning = beginningOf(group, clockMs);
    for (let length = 1; ; length++) {
      // Wishes that were sent to all friends at once may be how several chats begin.
      const number = length > beginning.length ? `${length}` : "";
      const id = `${prefix}-${hashOf(`${beginning.slice(0, length).join(" ")} ${number}`)}`;
      const isFree = !this.#taken.has(id) && (mayBeStored || !this.#stored.has(id));
      if (isFree) return this.take(id);
    }
  }
}

const maxMarks = 20;

function beginningOf({ members }: ChatGroup, clockMs: number): string[] {
  const marks = members.flatMap(({ chat, shiftMs }) =>
    (chat.marks?.sketch.marks ?? []).map((mark) => moved(mark, shiftMs)),
  );
  const lines = marks
    .sort((a, b) => a.at - b.at)
    .slice(0, maxMarks * members.length)
    .map(({ words, at }) => [Math.floor(at / clockMs), words] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return [...new Set(lines.map((line) => line.join(":")))].slice(0, maxMarks);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
