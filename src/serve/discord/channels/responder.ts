import type { Client, Message, SendableChannels } from "discord.js";
import type { Logger } from "pino";
import type { Pace } from "../../replies/index.ts";
import { describeError, type FailureLog } from "../failures.ts";
import { giveReply } from "../replying.ts";
import type { Rules } from "../rules/index.ts";
import type { Cast, Webhooks } from "../voices/index.ts";
import type { ChannelTalk } from "./channel-talk.ts";

interface ResponderOptions {
  cast: Cast;
  webhooks: Webhooks;
  rules: Rules;
  client: Client;
  log: Logger;
  failures: FailureLog;
  /** Whether a talk is still the one of its conversation: what was reset meanwhile stays forgotten. */
  isCurrent: (talk: ChannelTalk) => boolean;
}

/** What is to be answered, and how soon. */
type Occasion = Parameters<Parameters<ChannelTalk["answer"]>[1]>[0];

/** Answers what a talk has heard: in words, by an emoji, or not at all. */
export class Responder {
  readonly #options: ResponderOptions;

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** Says what there is to say to what was heard, by an emoji where that is enough; or nothing, where nobody asked. */
  async answerTo(
    talk: ChannelTalk,
    { message, isAddressed, isAsked, isAwaited, pace }: Occasion,
  ): Promise<void> {
    const { cast, rules, log } = this.#options;
    const { id, channel } = talk;
    const { persona, memories, manners } = cast.in(channel);
    const { turns, lastHeard } = memories.get(id);
    if (isAsked) return this.#reply(talk, undefined, pace);
    // What was to be answered may have been answered already, or be gone.
    if (message === undefined || lastHeard.length === 0) return;
    if (isAwaited) return this.#reply(talk, message, pace);
    const decision = await manners().silence.decide({
      turns,
      isAddressed,
      talkativeness: rules.talkativenessIn(message.channel),
      chanceOfSpeaking: () => persona.chanceOfSpeaking(turns, { conversation: id, signal: pace.signal }),
    });
    if (pace.signal.aborted) return;
    if (decision.type === "silent") log.info({ channel: id, why: decision.why }, "stayed silent");
    else if (decision.type === "speak") await this.#reply(talk, message, pace);
    else if (!(await this.#react(talk, message, decision.emoji, pace)) && !pace.signal.aborted) {
      // Who was spoken to owes an answer; among others, a gesture may be left out.
      if (isAddressed || message.channel.isDMBased()) await this.#reply(talk, message, pace);
    }
  }

  /** Whether the emoji is there: Discord may not know it, or may not let it be. */
  async #react(talk: ChannelTalk, message: Message, emoji: string, pace: Pace): Promise<boolean> {
    if (!(await pace.untilDue(emoji))) return false;
    try {
      await message.react(emoji);
    } catch (error) {
      this.#options.log.warn({ channel: talk.id, error: describeError(error) }, "Discord refused a reaction");
      return false;
    }
    this.#options.log.info({ channel: talk.id }, "reacted");
    return true;
  }

  async #reply(talk: ChannelTalk, message: Message | undefined, pace: Pace): Promise<void> {
    const { cast, webhooks, rules, client, log, failures, isCurrent } = this.#options;
    const { persona, memories } = cast.in(talk.channel);
    const place = message?.channel ?? (await sendableIn(client, talk.channel));
    if (place === undefined || !place.isSendable()) return;
    const guest = cast.guestIn(talk.channel);
    await giveReply({
      persona,
      systemPrompt: cast.promptIn(talk.channel),
      asGuest: guest === undefined ? undefined : (said) => webhooks.send(place, guest, said),
      memory: memories.get(talk.id),
      rules,
      log,
      place,
      message,
      pace,
      onSending: (sending) => {
        talk.said = sending;
      },
      onTyping: (isTyping) => {
        talk.isSeenTyping = isTyping;
      },
      isCurrent: () => isCurrent(talk),
    });
    failures.noticeSuccess(talk);
  }
}

/** Where something can be said in a channel; undefined where nothing can. */
export async function sendableIn(client: Client, channel: string): Promise<SendableChannels | undefined> {
  const place = await client.channels.fetch(channel);
  return place?.isSendable() ? place : undefined;
}
