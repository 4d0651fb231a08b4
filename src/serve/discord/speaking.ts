import { type Message, MessageType, type SendableChannels, SnowflakeUtil } from "discord.js";
import { sendThroughOutages } from "./outages.ts";

/** Shows that the persona types, and sends what it says. */
interface Speaker {
  /** Shows that the persona types, until it says something. */
  type(this: void): void;
  /** @returns The id of the last message that it took. */
  say(bubble: string): Promise<string | undefined>;
  /** Stops typing for good. */
  stop(): void;
}

/** Discord shows somebody as typing for 10 seconds. */
const typingIntervalMs = 8000;
/** Characters (UTF-16 code units, as Discord's clients count them) that one message holds. */
const maxMessageLength = 2000;

/** Speaks in a channel; whoever called the persona into a busy one sees which `message` is answered to. */
export function speakerIn(channel: SendableChannels, message: Message | undefined): Speaker {
  let answered = message?.inGuild() && message.type === MessageType.Reply ? message : undefined;
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

  return {
    type() {
      if (isStopped || typing !== undefined) return;
      showTyping();
      typing = setInterval(showTyping, typingIntervalMs);
    },
    async say(bubble) {
      stopTyping();
      let id: string | undefined;
      for (const content of splitMessage(bubble)) {
        // A request whose answer is lost is sent again: by its nonce Discord knows that the message is there.
        const message = { content, nonce: String(SnowflakeUtil.generate()), enforceNonce: true };
        const answering = answered;
        answered = undefined;
        ({ id } = await sendThroughOutages<Message>(
          () => answering?.reply({ ...message, failIfNotExists: false }) ?? channel.send(message),
        ));
      }
      return id;
    },
    stop() {
      isStopped = true;
      stopTyping();
    },
  };
}

/** Parts of at most `longest` characters, cut at a line or a word where there is one, never inside a character. */
export function splitMessage(text: string, longest = maxMessageLength): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > longest) {
    const window = rest.slice(0, longest + 1);
    const cut = Math.max(window.lastIndexOf("\n"), window.lastIndexOf(" "));
    const end = cut > longest / 2 ? cut : endOfCharacter(rest, longest);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest].filter((part) => part.trim() !== "");
}

function endOfCharacter(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  const isHighSurrogate = code >= 0xd800 && code < 0xdc00;
  return isHighSurrogate ? end - 1 : end;
}
