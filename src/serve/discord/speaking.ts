import type { Message, SendableChannels } from "discord.js";
import { refusalOf } from "./failures.ts";
import { noticeFlag, type Outgoing, splitMessage } from "./messages/index.ts";
import { sendThroughOutages } from "./outages.ts";
import { newNonce } from "./twins.ts";

/** Shows that the persona types, and sends what it says. */
export interface Speaker {
  /** Shows that the persona types, until it says something. */
  type(this: void): void;
  /** @returns The id of the last message that it took; undefined where Discord refused them all for what is in them. */
  say(text: string): Promise<string | undefined>;
  /** Says something that is none of the persona's words. */
  tell(this: void, notice: string): Promise<void>;
  /** Stops typing for good. */
  stop(this: void): void;
}

interface SpeakerOptions {
  /** Says it as somebody else than the bot's account; undefined where the account is to say it. */
  asGuest?: ((said: Outgoing) => Promise<Message | undefined>) | undefined;
  /** What is answered, where it was written in the same channel. */
  message: Message | undefined;
  /** Told of each message that Discord refused for what is in it. */
  onRefused: (error: unknown) => void;
  /** Told when the persona is seen typing, and when it has said what it typed. */
  onTyping: (isTyping: boolean) => void;
}

/** Discord shows somebody as typing for 10 seconds. */
const typingIntervalMs = 8000;

/** Speaks in a channel; whoever called the persona into a busy one sees which message is answered to. */
export function speakerIn(
  channel: SendableChannels,
  { asGuest, message, onRefused, onTyping }: SpeakerOptions,
): Speaker {
  let isFirst = true;
  let typing: NodeJS.Timeout | undefined;
  let isStopped = false;
  const showTyping = () => {
    // A missing permission to write is reported by the message itself.
    channel.sendTyping().catch(() => {});
  };
  const stopTyping = () => {
    clearInterval(typing);
    typing = undefined;
  };
  const send = async (said: Outgoing) => {
    const answered = isFirst && message !== undefined && needsReference(message) ? message : undefined;
    isFirst = false;
    const guest = await asGuest?.(said);
    if (guest !== undefined) return guest;
    // A request whose answer is lost is sent again: by its nonce Discord knows that the message is there.
    const options = { ...said, nonce: newNonce(), enforceNonce: true };
    return sendThroughOutages<Message>(() =>
      answered === undefined ? channel.send(options) : answered.reply({ ...options, failIfNotExists: false }),
    );
  };

  const sendUnlessRefused = async (said: Outgoing) => {
    try {
      return (await send(said)).id;
    } catch (error) {
      if (refusalOf(error) !== "message") throw error;
      onRefused(error);
      return undefined;
    }
  };

  return {
    type() {
      if (isStopped || typing !== undefined) return;
      onTyping(true);
      showTyping();
      typing = setInterval(showTyping, typingIntervalMs);
    },
    async say(text) {
      stopTyping();
      let id: string | undefined;
      for (const content of splitMessage(text)) id = (await sendUnlessRefused({ content })) ?? id;
      onTyping(false);
      return id;
    },
    async tell(notice) {
      stopTyping();
      await sendUnlessRefused({ content: notice, flags: noticeFlag });
    },
    stop() {
      isStopped = true;
      stopTyping();
    },
  };
}

/** A reply is replied to; and where others have written since, nobody would know to whom the persona speaks. */
function needsReference(message: Message): boolean {
  if (!message.inGuild()) return false;
  return message.reference !== null || message.channel.lastMessageId !== message.id;
}
