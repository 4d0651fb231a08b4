import { randomBytes } from "node:crypto";
import type { Client, Message } from "discord.js";
import type { Logger } from "pino";
import type { Admins } from "./admins.ts";
import { cardOf, type Draft, type DraftOutcome, describeOutcome } from "./draft-card.ts";
import type { DiscordSettings } from "./settings.ts";

interface Waiting extends Draft {
  decide(outcome: DraftOutcome, bubbles?: string[]): void;
}

interface ApprovalsOptions {
  settings: () => DiscordSettings;
  admins: Admins;
  log: Logger;
}

/** Drafts that wait for an admin to send, change or drop them. A restart drops them all. */
export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** Cards that are being changed for the last time. */
  readonly #closing = new Set<Promise<unknown>>();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
  }

  /** Whether drafts wait for an admin at all. */
  get areOn(): boolean {
    return this.#options.settings().approve;
  }

  get count(): number {
    return this.#waiting.size;
  }

  /** What may be said of a draft, once somebody has decided; undefined where nothing is. */
  async release(draft: Draft): Promise<string[] | undefined> {
    if (draft.bubbles.length === 0 || draft.signal.aborted) return undefined;
    const id = randomBytes(8).toString("hex");
    const decided = this.#wait(id, draft);
    const cards = await this.#show(id, draft);
    if (cards.length === 0) this.#waiting.get(id)?.decide("unseen");
    const { outcome, bubbles } = await decided;
    this.#options.log.info({ channel: draft.place.id }, `a draft was ${describeOutcome(outcome)}`);
    for (const card of cards) this.#close(card, outcome);
    return bubbles;
  }

  draftOf(id: string): string[] | undefined {
    return this.#waiting.get(id)?.bubbles;
  }

  /** False where nobody waits for it any more. */
  send(id: string, bubbles = this.draftOf(id)): boolean {
    const waiting = this.#waiting.get(id);
    waiting?.decide(bubbles === waiting.bubbles ? "sent" : "changed", bubbles);
    return waiting !== undefined;
  }

  drop(id: string): boolean {
    const waiting = this.#waiting.get(id);
    waiting?.decide("dropped");
    return waiting !== undefined;
  }

  /** Drops what waits, and resolves once every card says so. */
  async close(): Promise<void> {
    for (const { decide } of [...this.#waiting.values()]) decide("ended");
    // Whoever waits for a decision closes its cards in its own turn.
    await new Promise(setImmediate);
    await Promise.all(this.#closing);
  }

  #wait(id: string, draft: Draft): Promise<{ outcome: DraftOutcome; bubbles: string[] | undefined }> {
    return new Promise((resolve) => {
      const decide = (outcome: DraftOutcome, bubbles?: string[]) => {
        clearTimeout(timer);
        draft.signal.removeEventListener("abort", withdraw);
        this.#waiting.delete(id);
        resolve({ outcome, bubbles });
      };
      const withdraw = () => decide("withdrawn");
      const timer = setTimeout(() => decide("expired"), this.#options.settings().approvalMinutes * 60_000);
      draft.signal.addEventListener("abort", withdraw);
      this.#waiting.set(id, { ...draft, decide });
    });
  }

  /** Shows it to the admins, or in the channel that is there for that. */
  async #show(id: string, draft: Draft): Promise<Message[]> {
    const { settings, admins, log } = this.#options;
    const { approvalChannel } = settings();
    const { client } = draft.place;
    const card = cardOf(id, draft);
    const sending =
      approvalChannel === null
        ? admins.ids.map((admin) => client.users.send(admin, card))
        : [sendTo(client, approvalChannel, card)];
    const sent = await Promise.allSettled(sending);
    for (const each of sent)
      if (each.status === "rejected") log.error({ error: String(each.reason) }, "a draft could not be shown");
    return sent.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  }

  #close(card: Message, outcome: DraftOutcome): void {
    const { content } = card;
    const closing = card
      .edit({ content: `${content}\n-# ${describeOutcome(outcome)}`, components: [] })
      .catch(() => {})
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

async function sendTo(client: Client, channelId: string, card: ReturnType<typeof cardOf>): Promise<Message> {
  const channel = await client.channels.fetch(channelId);
  if (!channel?.isSendable()) throw new Error(`${channelId} is no channel that the bot can write to`);
  return channel.send(card);
}
