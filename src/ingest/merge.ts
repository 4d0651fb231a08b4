import type { Message } from "../handoffs.ts";

/**
 * Merges what several sources say of one thread: nothing lost, nothing doubled.
 *
 * No export has message ids. Two equal messages in one source are two; the same message in two sources is one. So each
 * message counts as often as the source that has it most often. The result does not depend on the sources' order.
 */
export function mergeMessages(sources: Message[][]): Message[] {
  const merged = new Map<string, RankedMessage>();
  for (const source of sources) {
    const seen = new Map<string, number>();
    let rank = 0;
    let previous: number | null = null;
    for (const message of source) {
      rank = message.sentAt === previous ? rank + 1 : 0;
      previous = message.sentAt;
      const key = keyOf(message);
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      keepRicher(merged, `${key}\u0000${count}`, { message, rank });
    }
  }
  return [...merged.values()].sort(compare).map(({ message }) => message);
}

/** A message and its place among those of the same time in its source. */
interface RankedMessage {
  message: Message;
  rank: number;
}

/** Folders in attachment names were cut before: they differ between exports. Reactions do too: they may come later. */
function keyOf({ sender, sentAt, text, kind, attachments }: Message): string {
  const names = attachments.map(({ name }) => name).join("\u0001");
  return `${sentAt}\u0000${sender}\u0000${kind}\u0000${text}\u0000${names}`;
}

function keepRicher(merged: Map<string, RankedMessage>, key: string, candidate: RankedMessage): void {
  const known = merged.get(key);
  if (known === undefined || isRicher(candidate, known)) merged.set(key, candidate);
}

function isRicher(
  { message: a, rank: rankA }: RankedMessage,
  { message: b, rank: rankB }: RankedMessage,
): boolean {
  if (a.reactions.length !== b.reactions.length) return a.reactions.length > b.reactions.length;
  if (rankA !== rankB) return rankA > rankB;
  return a.source < b.source;
}

function compare(
  { message: a, rank: rankA }: RankedMessage,
  { message: b, rank: rankB }: RankedMessage,
): number {
  if (a.sentAt !== b.sentAt) return (a.sentAt ?? 0) - (b.sentAt ?? 0);
  if (rankA !== rankB) return rankA - rankB;
  const [keyA, keyB] = [keyOf(a), keyOf(b)];
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}
