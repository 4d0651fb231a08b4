import type { ThreadSummary, Turn } from "../../handoffs/index.ts";
import { type Conversation, isText } from "../conversations/index.ts";
import { createFacts, finishWords, observeConversation } from "../facts/index.ts";
import type { SegmentSummary } from "../segments/index.ts";
import type { Settings } from "../settings.ts";
import type { Privacy } from "./privacy.ts";

/** What is counted for the summary of a thread's segment. */
export class ThreadCounts {
  readonly #excluded: SegmentSummary["excluded"] = {};
  // A friend may be called `__proto__`.
  readonly #speakers: SegmentSummary["speakers"] = Object.create(null);
  readonly facts: ReturnType<typeof createFacts>;
  readonly #thread: ThreadSummary;
  readonly #persona: string;
  readonly #privacy: Privacy;
  readonly #maskedBefore: Record<string, number>;

  constructor(
    thread: ThreadSummary,
    { persona, timeZone }: Pick<Settings, "persona" | "timeZone">,
    privacy: Privacy,
  ) {
    this.#thread = { ...thread, title: privacy.titleOf(thread.title) };
    this.#persona = persona;
    this.facts = createFacts({ persona, timeZone });
    this.#privacy = privacy;
    this.#maskedBefore = { ...privacy.counts };
  }

  exclude(reason: string, { messages }: Pick<Conversation, "messages">): void {
    const own = messages.filter((message) => message.sender === this.#persona && isText(message)).length;
    this.excludeBubbles(reason, own, 1);
  }

  excludeBubbles(reason: string, personaBubbles: number, conversations = 0): void {
    const counted = this.#excluded[reason] ?? { conversations: 0, personaBubbles: 0 };
    counted.conversations += conversations;
    counted.personaBubbles += personaBubbles;
    this.#excluded[reason] = counted;
  }

  /** Counts a conversation for the report. */
  observe({ messages }: Pick<Conversation, "messages">): void {
    observeConversation(this.facts, this.#thread, messages);
  }

  hear(turns: Turn[]): void {
    for (const { speaker, isPersona } of turns)
      if (!isPersona) this.#speakers[speaker] = (this.#speakers[speaker] ?? 0) + 1;
  }

  /** What was counted, at the end of the thread. */
  finish(): Omit<SegmentSummary, "heldOutAt" | "recordsEnd"> {
    this.facts.words = finishWords(this.facts.words);
    const redactions: Record<string, number> = {};
    // In an order of their own: the counts name first what was found first, in whatever thread was rendered before.
    const counts = Object.entries(this.#privacy.counts).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [kind, count] of counts) {
      const found = count - (this.#maskedBefore[kind] ?? 0);
      if (found > 0) redactions[kind] = found;
    }
    const namesMet = this.#privacy.takeNamesMet();
    return { excluded: this.#excluded, speakers: this.#speakers, redactions, ...(namesMet && { namesMet }) };
  }
}
