import { type Message, MessageType } from "discord.js";
import { escapePattern } from "../../../letters.ts";
import { answersOwnWebhook, mentionsBot } from "../voices/index.ts";
import { type HearingSettings, modeOf } from "./modes.ts";

/** What becomes of a message. */
interface Address {
  /** Whether it is for the persona to answer; what is not may be heard all the same. */
  isToAnswer: boolean;
  /** Whether it speaks to the persona itself: by a mention, a reply or its name. */
  isAddressed: boolean;
}

interface Surroundings {
  settings: HearingSettings;
  /** Whether the persona was called into a thread before: nobody needs to mention it there. */
  isAtHome(thread: string): boolean;
  /** Whether its writer has called the persona before, and waits for the answer. */
  isWaitedFor(message: Message): boolean;
}

/** Whether a person wrote it: bots and webhooks are never answered, so that two of them cannot talk for ever. */
export function isOfPerson(message: Message): boolean {
  if (message.author.bot || message.author.system || message.webhookId !== null) return false;
  return message.type === MessageType.Default || message.type === MessageType.Reply;
}

/** Undefined where a message is nothing to the persona, and is not heard. */
export function addressOf(message: Message, surroundings: Surroundings): Address | undefined {
  const { settings, isAtHome, isWaitedFor } = surroundings;
  const { channel } = message;
  const mode = modeOf(channel, settings);
  if (mode === "off") return undefined;
  const isReply = isReplyToIt(message) || answersOwnWebhook(message);
  if (mode === "reply") return isReply ? { isToAnswer: true, isAddressed: true } : undefined;
  const isAddressed = isReply || mentionsBot(message) || isCalled(message, settings.wakeWords);
  if (mode === "all" || isAddressed) return { isToAnswer: true, isAddressed };
  // Nobody mentions somebody in each message of a burst.
  if (isToNobodyElse(message) && isWaitedFor(message)) return { isToAnswer: true, isAddressed };
  if (mode === "listen") return { isToAnswer: false, isAddressed };
  return channel.isThread() && isAtHome(channel.id) ? { isToAnswer: true, isAddressed } : undefined;
}

/** Also without a ping, where the mentions do not name it. */
function isReplyToIt({ type, mentions, client }: Message): boolean {
  return type === MessageType.Reply && mentions.repliedUser?.id === client.user.id;
}

/** Whether it names nobody, and replies to nobody: it goes on from what its writer said before. */
export function isToNobodyElse({ type, mentions }: Message): boolean {
  const { users, roles, everyone } = mentions;
  return type !== MessageType.Reply && users.size === 0 && roles.size === 0 && !everyone;
}

function isCalled({ content }: Message, wakeWords: string[]): boolean {
  return wakeWords.some((word) => {
    const expression = `(?<![\\p{L}\\p{N}])${escapePattern(word.trim())}(?![\\p{L}\\p{N}])`;
    return new RegExp(expression, "iu").test(content);
  });
}
