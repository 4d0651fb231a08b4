import type { Turn } from "../handoffs.ts";
import { type Conversation, isText } from "./conversations.ts";
import type { SegmentSummary } from "./segments/segment.ts";

/** What is counted for the summary of a thread's segment. */
export class ThreadCounts {
  readonly summary: Omit<SegmentSummary, "heldOutAt" | "recordsEnd"> = {
    excluded: {},
    // A friend may be called `__proto__`.
    speakers: Object.create(null),
    redactions: {},
    facts: null,
  };
  readonly #persona: string;

  constructor(persona: string) {
    this.#persona = persona;
  }

  exclude(reason: string, { messages }: Pick<Conversation, "messages">, conversations = 1): void {
    const own = messages.filter((message) => message.sender === this.#persona && isText(message)).length;
    this.excludeBubbles(reason, own, conversations);
  }

  excludeBubbles(reason: string, personaBubbles: number, conversations = 0): void {
    const counted = this.summary.excluded[reason] ?? { conversations: 0, personaBubbles: 0 };
    counted.conversations += conversations;
    counted.personaBubbles += personaBubbles;
    this.summary.excluded[reason] = counted;
  }

  hear(turns: Turn[]): void {
    const { speakers } = this.summary;
    for (const { speaker, isPersona } of turns) {
      if (isPersona) continue;
      speakers[speaker] = (speakers[speaker] ?? 0) + 1;
    }
  }
}
