import type { MessageStore } from "../handoffs/index.ts";

/** Everybody who took part in a thread of the store. */
export function peopleOf(store: MessageStore): string[] {
  return [...new Set(store.threads.flatMap(({ people }) => people.map(({ name }) => name)))];
}
