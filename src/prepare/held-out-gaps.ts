import type { MeasuredGap, MessageStore, Style, ThreadSummary } from "../handoffs/index.ts";
import {
  addGaps,
  batchesOf,
  type Conversation,
  commonSilence,
  countGap,
  createGapCounts,
  eachConversation,
  eachGap,
  maxSilenceOf,
} from "./conversations/index.ts";
import { createFacts, observeConversation } from "./facts/index.ts";
import { summariseStyle } from "./report/index.ts";

interface Split {
  persona: string;
  timeZone: string;
  /** Share of each thread's conversations to hold out, the newest. */
  heldOutShare: number;
}

/** Learns somebody's times from the older part of what they wrote, and gives the gaps of the newer one by one. */
export async function measureGaps(
  store: MessageStore,
  { persona, timeZone, heldOutShare }: Split,
): Promise<{ style: Style; gaps: MeasuredGap[] }> {
  const [learned, held] = [createFacts({ persona, timeZone }), createFacts({ persona, timeZone })];
  const gaps: MeasuredGap[] = [];
  const silences = await maxSilences(store);
  for (const [index, thread] of store.threads.entries()) {
    const half = index % 2 === 0 ? 0 : 1;
    const conversations = await conversationsOf(store, thread, silences[index] as number);
    const firstHeldOut = Math.ceil(conversations.length * (1 - heldOutShare));
    for (const [place, { messages }] of conversations.entries()) {
      const isHeldOut = place >= firstHeldOut;
      observeConversation(isHeldOut ? held : learned, thread, messages, (gap) =>
        gaps.push({ ...gap, isHeldOut, half }),
      );
    }
  }
  return { style: summariseStyle(learned), gaps };
}

/** How long each thread may fall silent within a conversation. */
async function maxSilences(store: MessageStore): Promise<number[]> {
  const all = createGapCounts();
  const own: (number | undefined)[] = [];
  for (const thread of store.threads) {
    const gaps = createGapCounts();
    await eachGap(batchesOf(store, thread), (gapMs) => countGap(gaps, gapMs));
    addGaps(all, gaps);
    own.push(maxSilenceOf(gaps));
  }
  return own.map((silenceMs) => silenceMs ?? commonSilence(all));
}

/** Those of one thread, all of them: which are the newest is known at its end. */
async function conversationsOf(
  store: MessageStore,
  thread: ThreadSummary,
  maxSilenceMs: number,
): Promise<Conversation[]> {
  const conversations: Conversation[] = [];
  await eachConversation(batchesOf(store, thread), { maxSilenceMs }, (conversation) =>
    conversations.push(conversation),
  );
  return conversations;
}
