import type { Message, PartialMessage } from "discord.js";
import type { Logger } from "pino";
import type { Memory } from "../../memory/index.ts";
import type { Channels } from "../channels/index.ts";
import type { Quoted } from "../heard.ts";
import { channelOf } from "../places.ts";
import type { Rules } from "../rules/index.ts";
import { talkWith } from "../talks.ts";
import { type Cast, isOfBot, isOwnMessage } from "../voices/index.ts";
import { addressOf, isOfPerson, isToNobodyElse } from "./addressing.ts";
import { branchFor } from "./branches.ts";
import { plain } from "./media.ts";
import type { HearingSettings } from "./modes.ts";
import { wordsOf } from "./reading.ts";

interface HearingOptions {
  cast: Cast;
  rules: Rules;
  channels: Channels;
  settings: () => HearingSettings;
  /** The conversations that were remembered when this process began. */
  remembered: string[];
  log: Logger;
}

/** Whoever is called without a word looks at so many messages, as far as they were written lately. */
const glance = { messages: 10, withinMs: 3_600_000 };

/** What the persona hears of what people write, edit and delete; each channel in the order of what happened there. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #queues = new Map<string, Promise<void>>();
  /** Channels of which anything may be remembered, in a branch at least. */
  readonly #known: Set<string>;

  constructor(options: HearingOptions) {
    this.#options = options;
    this.#known = new Set(options.remembered.map(channelOf));
  }

  /** Hears a message, where it is anything to the persona, and has it answered, where it is for it. */
  hear(message: Message): void {
    if (!isOfPerson(message) || this.#options.rules.obeysKillWord(message)) return;
    void this.inTurn(message.channelId, () => this.#hear(message));
  }

  /** Whether a message is for the persona to answer. */
  isForPersona(message: Message): boolean {
    return this.#addressOf(message)?.isToAnswer === true;
  }

  /** Hears a message that was written while nobody listened; the persona's own is remembered as said. */
  async hearLate(message: Message, { mayAnswer }: { mayAnswer: boolean }): Promise<void> {
    const isKnown = this.#memoryOf(message) !== undefined;
    if (isOfPerson(message)) {
      if (mayAnswer || !isKnown) await this.#hear(message, { mayAnswer, isLate: true });
    } else if (!isKnown && isOwnMessage(message)) {
      for (const quoted of await this.#quotedOf(message))
        this.#options.channels.quote(message.channelId, quoted);
    }
  }

  /** Somebody has changed a message. */
  edit(before: Message | PartialMessage, message: Message | PartialMessage): void {
    // Discord also adds previews to messages, which nobody has changed.
    if (message.partial || message.editedTimestamp === null || !isOfPerson(message)) return;
    const { channels, rules } = this.#options;
    const address = this.#addressOf(message);
    // Of a message from before a restart nobody knows what it said.
    const wasCalled = !before.partial && this.#addressOf(before)?.isAddressed === true;
    const isCalled = address?.isAddressed === true && !wasCalled;
    void this.inTurn(message.channelId, async () => {
      const memory = this.#memoryOf(message);
      if (memory === undefined) {
        const isOver = !isCalled || !isYoung(message) || (before.partial && (await hasSpokenSince(message)));
        if (!isOver) await this.#hear(message);
        return;
      }
      const isChanged = memory.edit(message.id, this.#wordsOf(message));
      if (!address?.isToAnswer && channels.isUnanswered(memory.id, message.id))
        await channels.forgetMessages(new Set([message.id]), message.channelId);
      else if (isCalled && (await rules.mayHear(message))) {
        if (rules.mayAnswer(message) === "now") channels.call(memory, message);
      } else if (isChanged) channels.reconsider(memory.id, message.id);
    });
  }

  /** Somebody has deleted messages: nothing of them is remembered. */
  forget(channel: string, messages: ReadonlySet<string>): void {
    void this.inTurn(channel, async () => {
      if (this.#known.has(channel)) await this.#options.channels.forgetMessages(messages, channel);
    });
  }

  /** Does something once all that happened in a channel before is heard. */
  inTurn(channel: string, work: () => Promise<void>): Promise<void> {
    const before = this.#queues.get(channel) ?? Promise.resolve();
    const turn = before
      .then(work)
      .catch((error: unknown) => {
        const { name, code } = error as { name?: string; code?: string | number };
        this.#options.log.error(
          { channel, error: `${name} ${code ?? ""}`.trim() },
          "a message was not heard",
        );
      })
      .finally(() => {
        if (this.#queues.get(channel) === turn) this.#queues.delete(channel);
      });
    this.#queues.set(channel, turn);
    return turn;
  }

  async #hear(message: Message, { mayAnswer = true, isLate = false } = {}): Promise<void> {
    const { cast, rules, channels, log } = this.#options;
    const { memories } = cast.in(message.channelId);
    const address = this.#addressOf(message);
    if (address === undefined || !(await rules.mayHear(message, { isFetched: isLate }))) return;
    const when = mayAnswer && address.isToAnswer ? rules.mayAnswer(message) : "later";
    if (when === "never") return;
    const words = this.#wordsOf(message);
    // Whoever replies to what was just said replies to the talk that goes on.
    await channels.settled(message.channelId);
    const called = isToNobodyElse(message) ? channels.calledBy(message) : undefined;
    const { conversation, before } =
      called === undefined ? await branchFor(message, memories) : { conversation: called, before: [] };
    const isCall = words === "";
    if (isCall && !address.isAddressed) {
      log.info({ channel: message.channelId }, "a message that says nothing was not answered");
      return;
    }
    if (isCall && before.length === 0) before.push(...(await lookAround(message)));
    this.#known.add(message.channelId);
    await channels.hear({
      message,
      conversation,
      speaker: this.#speakerOf(message),
      words,
      isToAnswer: when === "now",
      isLeft: when === "left",
      isAddressed: address.isAddressed,
      isLate,
      before: (await Promise.all(before.map((earlier) => this.#quotedOf(earlier)))).flat(),
    });
  }

  #addressOf(message: Message): ReturnType<typeof addressOf> {
    const { cast, channels, settings } = this.#options;
    const { memories } = cast.in(message.channelId);
    return addressOf(message, {
      settings: settings(),
      isAtHome: (thread) => memories.has(thread),
      isWaitedFor: (called) => channels.calledBy(called) !== undefined,
    });
  }

  /** An earlier message as the persona hears it; nothing of whoever may not be heard. */
  async #quotedOf(message: Message): Promise<Quoted[]> {
    const { rules } = this.#options;
    const { author, id } = message;
    const isOwn = isOwnMessage(message);
    if (rules.people.hasForgotten(id, message.channelId)) return [];
    if (isOfPerson(message) && !(await rules.mayHear(message, { isFetched: true }))) return [];
    // What the bot says in its own name is nobody's talk.
    if (!isOwn && isOfBot(message)) return [];
    const words = isOwn ? message.content : this.#wordsOf(message);
    if (words === "") return [];
    return [{ id, from: author.id, speaker: isOwn ? undefined : this.#speakerOf(message), words }];
  }

  #speakerOf({ author, channelId }: Message): string {
    const { persona, friendOf } = this.#options.cast.in(channelId);
    return persona.labelOf(friendOf(author.id), plain(author.displayName) || undefined);
  }

  #wordsOf(message: Message): string {
    const { persona, friendOf } = this.#options.cast.in(message.channelId);
    return wordsOf(message, { persona: persona.name, friendOf });
  }

  /** Where a message is remembered; undefined where it is not. */
  #memoryOf({ id, channelId }: Message): Memory | undefined {
    for (const { memories } of this.#options.cast.voices) {
      const talk = talkWith(id, channelId, memories);
      if (talk !== undefined) return talk;
    }
    return undefined;
  }
}

/** Whoever calls the persona by an edit of an older message is not answered: nobody looks there any more. */
function isYoung({ createdTimestamp }: Message): boolean {
  return Date.now() - createdTimestamp < glance.withinMs;
}

/** Whether what was not remembered may have been answered: by the process before, which kept nothing. */
async function hasSpokenSince({ channel, id }: Message): Promise<boolean> {
  const later = await channel.messages.fetch({ after: id, limit: 50, cache: false }).catch(() => undefined);
  return later === undefined || later.some(isOwnMessage);
}

/** What was written lately where somebody calls the persona without a word. */
async function lookAround({ channel, id, createdTimestamp }: Message): Promise<Message[]> {
  const earlier = await channel.messages
    .fetch({ before: id, limit: glance.messages, cache: false })
    .catch(() => undefined);
  return [...(earlier?.values() ?? [])]
    .filter((message) => createdTimestamp - message.createdTimestamp < glance.withinMs)
    .filter((message) => isOfPerson(message) || isOwnMessage(message))
    .reverse();
}
