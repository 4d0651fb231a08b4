import type { APIMessage } from "discord.js";
import { checkNamed, type Violation } from "./description/index.ts";
import type { Gateway } from "./gateway.ts";
import { composeMessage, type Draft, messageEvent } from "./messages.ts";
import { channelPayload, guildPayload, memberPayload, threadMemberPayload } from "./payloads.ts";
import { type Account, type Channel, channelTypes, type Guild, ids, type World } from "./world.ts";

/** What happens in channels: it changes the world, and every session that may know hears of it. */
export class Happenings {
  readonly world: World;
  readonly gateway: Gateway;
  readonly violations: Violation[];

  constructor(world: World, gateway: Gateway, violations: Violation[]) {
    this.world = world;
    this.gateway = gateway;
    this.violations = violations;
  }

  /** Somebody writes; an archived thread comes back. */
  post(channel: Channel, draft: Draft): APIMessage {
    const message = composeMessage(this.world, channel, draft);
    this.checkMessage("MESSAGE_CREATE", message);
    if (channel.thread?.isArchived) this.setThread(channel, { isArchived: false });
    channel.messages.push(message);
    if (channel.thread !== undefined) this.joinThread(channel, draft.author.id);
    this.gateway.dispatch("MESSAGE_CREATE", messageEvent(this.world, channel, message), channel);
    return message;
  }

  edit(message: APIMessage, changes: Partial<APIMessage>): APIMessage {
    const channel = this.world.channel(message.channel_id);
    Object.assign(message, changes, { edited_timestamp: new Date().toISOString() });
    this.checkMessage("MESSAGE_UPDATE", message);
    this.gateway.dispatch("MESSAGE_UPDATE", messageEvent(this.world, channel, message), channel);
    return message;
  }

  remove(channel: Channel, messages: APIMessage[]): void {
    const [first] = messages;
    channel.messages = channel.messages.filter((message) => !messages.includes(message));
    const where = { channel_id: channel.id, ...guildId(channel) };
    if (messages.length === 1) this.gateway.dispatch("MESSAGE_DELETE", { ...where, id: first?.id }, channel);
    else
      this.gateway.dispatch("MESSAGE_DELETE_BULK", { ...where, ids: messages.map(({ id }) => id) }, channel);
  }

  /** An emoji is a letter, or `name:id` of one that a server made. */
  react(message: APIMessage, emoji: string, account: Account): void {
    const sign = emojiOf(emoji);
    message.reactions ??= [];
    let reaction = message.reactions.find((each) => each.emoji.name === sign.name);
    if (reaction === undefined) {
      const details = { burst: 0, normal: 0 };
      reaction = {
        emoji: sign,
        count: 0,
        count_details: details,
        burst_colors: [],
        me: false,
        me_burst: false,
      };
      message.reactions.push(reaction);
    }
    reaction.count++;
    reaction.count_details.normal++;
    reaction.me ||= account.id === ids.bot;
    this.#tellReaction("MESSAGE_REACTION_ADD", message, sign, account);
  }

  unreact(message: APIMessage, emoji: string, account: Account): void {
    const sign = emojiOf(emoji);
    const reaction = message.reactions?.find((each) => each.emoji.name === sign.name);
    if (reaction === undefined) return;
    reaction.count--;
    reaction.count_details.normal--;
    if (account.id === ids.bot) reaction.me = false;
    message.reactions = message.reactions?.filter(({ count }) => count > 0) ?? [];
    this.#tellReaction("MESSAGE_REACTION_REMOVE", message, sign, account);
  }

  type(channel: Channel, account: Account): void {
    const member = this.world.guildOf(channel)?.members.get(account.id);
    this.gateway.dispatch(
      "TYPING_START",
      {
        channel_id: channel.id,
        ...guildId(channel),
        user_id: account.id,
        timestamp: Math.floor(Date.now() / 1000),
        ...(member !== undefined && { member: { ...memberPayload(member), user: { id: account.id } } }),
      },
      channel,
    );
  }

  startThread(parent: Channel, { name, owner, from, isPrivate = false }: StartedThread): Channel {
    const thread = this.world.addChannel({
      ...(from !== undefined && { id: from.id }),
      type: isPrivate ? channelTypes.privateThread : channelTypes.thread,
      name,
      parentId: parent.id,
      ...(parent.guildId !== undefined && { guildId: parent.guildId }),
      thread: {
        ownerId: owner.id,
        isArchived: false,
        isLocked: false,
        changedAt: Date.now(),
        members: new Set([owner.id]),
      },
    });
    const payload = channelPayload(this.world, thread);
    this.gateway.dispatch("THREAD_CREATE", { ...payload, newly_created: true }, thread);
    return thread;
  }

  /** Archives, opens, locks or renames a thread. */
  setThread(thread: Channel, changes: { isArchived?: boolean; isLocked?: boolean; name?: string }): void {
    if (thread.thread === undefined) throw new Error(`${thread.name} is not a thread.`);
    const { name = thread.name, ...state } = changes;
    thread.name = name;
    Object.assign(thread.thread, state, { changedAt: Date.now() });
    this.gateway.dispatch("THREAD_UPDATE", channelPayload(this.world, thread), thread);
  }

  joinThread(channel: Channel, userId: string): void {
    const { id, thread } = channel;
    if (thread === undefined || thread.members.has(userId)) return;
    thread.members.add(userId);
    const added = { member_count: thread.members.size, added_members: [threadMemberPayload(id, userId)] };
    this.gateway.dispatch("THREAD_MEMBERS_UPDATE", { id, ...guildId(channel), ...added }, channel);
  }

  /** A channel changed: its name, or what the bot may do there. */
  tellChannel(channel: Channel, event: "CHANNEL_UPDATE" | "CHANNEL_CREATE" = "CHANNEL_UPDATE"): void {
    this.gateway.dispatch(event, channelPayload(this.world, channel), channel);
  }

  /** The bot is in a server that it has not seen. */
  tellServer(guild: Guild): void {
    this.gateway.dispatch("GUILD_CREATE", guildPayload(this.world, guild));
  }

  /** The bot is in a server no more: it is told so, and sees nothing there. */
  removeBot(server: string): void {
    this.world.guilds.get(server)?.members.delete(ids.bot);
    this.gateway.dispatch("GUILD_DELETE", { id: server });
  }

  removeChannel(channel: Channel): void {
    const type = channel.thread === undefined ? "CHANNEL_DELETE" : "THREAD_DELETE";
    this.gateway.dispatch(type, channelPayload(this.world, channel), channel);
    this.world.channels.delete(channel.id);
  }

  /** Events carry what REST answers: the description holds for them too. */
  checkMessage(where: string, message: APIMessage): void {
    this.violations.push(...checkNamed(where, "MessageResponse", JSON.parse(JSON.stringify(message))));
  }

  #tellReaction(type: string, message: APIMessage, emoji: Emoji, account: Account): void {
    const channel = this.world.channel(message.channel_id);
    const member = this.world.guildOf(channel)?.members.get(account.id);
    this.gateway.dispatch(
      type,
      {
        user_id: account.id,
        channel_id: channel.id,
        message_id: message.id,
        message_author_id: message.author.id,
        ...guildId(channel),
        emoji,
        burst: false,
        type: 0,
        ...(member !== undefined && { member: { ...memberPayload(member), user: { id: account.id } } }),
      },
      channel,
    );
  }
}

export interface StartedThread {
  name: string;
  owner: Account;
  /** The message that it hangs on. */
  from?: APIMessage | undefined;
  isPrivate?: boolean;
}

interface Emoji {
  id: string | null;
  name: string;
}

function emojiOf(written: string): Emoji {
  const [, name = written, id = null] = /^(?:<?a?:)?(\w+):(\d+)>?$/.exec(written) ?? [];
  return { id, name };
}

function guildId(channel: Channel): object {
  return channel.guildId === undefined ? {} : { guild_id: channel.guildId };
}
