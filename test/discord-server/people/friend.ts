import type { APIApplicationCommand, APIMessage } from "discord.js";
import type { Discord } from "../discord.ts";
import { type Choice, interactionTypes, type Modal } from "../interactions.ts";
import { type Extras, mentionsInWords, messageEvent } from "../messages.ts";
import { channelPayload, memberPayload, rolePayload, userPayload } from "../payloads.ts";
import { type Account, type Channel, channelTypes } from "../world.ts";
import { Asked } from "./asked.ts";
import { type CommandLine, idsIn, optionTypes, readCommandLine } from "./command-lines.ts";
import { buttonOf, filledIn, selectOf, valuesOf } from "./components.ts";

/** Where somebody does something; in their direct messages with the bot unless it is said. */
export interface Place {
  in?: string | undefined;
}

/** Somebody on Discord, and what they do there with its own client. */
export class Friend {
  readonly id: string;
  readonly #discord: Discord;

  constructor(discord: Discord, account: Account) {
    this.#discord = discord;
    this.id = account.id;
  }

  /** What somebody writes to mention them. */
  get mention(): string {
    return `<@${this.id}>`;
  }

  /** The channel between them and the bot. */
  get direct(): string {
    return this.#discord.world.directWith(this.id).id;
  }

  says(content: string, { in: place = this.direct, ...extras }: Place & Extras = {}): APIMessage {
    const { world, happenings } = this.#discord;
    return happenings.post(world.channel(place), { author: this.#account, content, ...extras });
  }

  /** Answers a message where it stands; the @ beside the text field is on unless `pinging` is false. */
  replies(message: APIMessage, content: string, extras: Extras = {}): APIMessage {
    return this.says(content, { in: message.channel_id, replyingTo: message, ...extras });
  }

  /** A forward has no words of its own: they come as a second message. */
  forwards(message: APIMessage, place: Place = {}): APIMessage {
    return this.says("", { ...place, forwarding: message });
  }

  edits(message: APIMessage, content: string): APIMessage {
    this.#mustBeBy(message);
    const mentions = mentionsInWords(this.#discord.world, content);
    return this.#discord.happenings.edit(message, { content, mentions });
  }

  deletes(...messages: [APIMessage, ...APIMessage[]]): void {
    const channel = this.#discord.world.channel(messages[0].channel_id);
    this.#discord.happenings.remove(channel, messages);
  }

  reacts(message: APIMessage, emoji: string): void {
    this.#discord.happenings.react(message, emoji, this.#account);
  }

  takesBack(message: APIMessage, emoji: string): void {
    this.#discord.happenings.unreact(message, emoji, this.#account);
  }

  /** Others see that they are typing. */
  startsTyping({ in: place = this.direct }: Place = {}): void {
    this.#discord.happenings.type(this.#discord.world.channel(place), this.#account);
  }

  /** A post in a forum: a thread whose first message has the same id. */
  posts(name: string, content: string, { in: forum }: { in: string }): APIMessage {
    const thread = this.startsThread(name, { in: forum });
    return this.says(content, { in: thread, id: thread });
  }

  /** A thread, on a message or by itself; returns its id. */
  startsThread(name: string, { in: place, from }: { in: string; from?: APIMessage }): string {
    const { world, happenings } = this.#discord;
    return happenings.startThread(world.channel(place), { name, owner: this.#account, from }).id;
  }

  /** Types a command, such as `/persona use name:Ana`. */
  types(line: string, { in: place = this.direct }: Place = {}): Asked {
    const channel = this.#discord.world.channel(place);
    const typed = readCommandLine(this.#commandsIn(channel), line);
    return this.#ask(interactionTypes.command, channel, {
      ...commandData(typed),
      ...this.#resolved(typed, channel),
    });
  }

  /** What is offered for the option that a command line ends in. */
  isOffered(line: string, { in: place = this.direct }: Place = {}): Promise<Choice[]> {
    const channel = this.#discord.world.channel(place);
    const typed = readCommandLine(this.#commandsIn(channel), line, { isUnfinished: true });
    return this.#ask(interactionTypes.autocomplete, channel, commandData(typed)).choices();
  }

  /** Chooses a command from the menu of a message, or of a person. */
  uses(name: string, on: APIMessage | Friend, { in: place }: Place = {}): Asked {
    const type = on instanceof Friend ? 2 : 3;
    const channel = this.#discord.world.channel(
      place ?? (on instanceof Friend ? this.direct : on.channel_id),
    );
    const command = this.#commandsIn(channel).find((each) => each.type === type && each.name === name);
    if (command === undefined) throw new Error(`No menu offers ${name} here.`);
    const resolved =
      on instanceof Friend
        ? { users: { [on.id]: userPayload(on.#account) }, ...this.#members(channel, on.id) }
        : { messages: { [on.id]: messageEvent(this.#discord.world, channel, on) } };
    const data = { id: command.id, name, type, target_id: on.id, resolved };
    return this.#ask(interactionTypes.command, channel, data);
  }

  /** Clicks the button of a message that has this label or id. */
  clicks(message: APIMessage, button: string): Asked {
    const { custom_id, id } = buttonOf(message, button);
    return this.#askOf(message, { component_type: 2, custom_id, id });
  }

  /** Chooses in a select menu, by its placeholder or id. */
  chooses(message: APIMessage, menu: string, ...wanted: string[]): Asked {
    const select = selectOf(message, menu);
    const values = valuesOf(select, wanted);
    return this.#askOf(message, {
      component_type: select.type,
      custom_id: select.custom_id,
      id: select.id,
      values,
    });
  }

  /** Fills in the form that the bot opened, by its labels or ids, and sends it. */
  async submits(asked: Asked, fields: Record<string, string | string[]>): Promise<Asked> {
    const modal: Modal = await asked.modal();
    const { channel, message } = asked.interaction;
    const data = { custom_id: modal.custom_id, components: filledIn(modal, fields) };
    return this.#ask(interactionTypes.modal, channel, data, message);
  }

  get #account(): Account {
    return this.#discord.world.account(this.id);
  }

  #mustBeBy({ author }: APIMessage): void {
    if (author.id !== this.id) throw new Error("People edit their own messages only.");
  }

  #askOf(message: APIMessage, data: Record<string, unknown>): Asked {
    const channel = this.#discord.world.channel(message.channel_id);
    return this.#ask(interactionTypes.component, channel, data, message);
  }

  #ask(
    type: (typeof interactionTypes)[keyof typeof interactionTypes],
    channel: Channel,
    data: Record<string, unknown>,
    message?: APIMessage,
  ): Asked {
    const asked = { type, channel, user: this.#account, data, ...(message !== undefined && { message }) };
    return new Asked(this.#discord.interactions.start(asked));
  }

  /** The commands that Discord's client offers them in a channel. */
  #commandsIn(channel: Channel): APIApplicationCommand[] {
    const { world } = this.#discord;
    const isBotThere = channel.type === channelTypes.direct || world.isBotIn(channel.guildId);
    const context = channel.guildId !== undefined ? 0 : channel.type === channelTypes.direct ? 1 : 2;
    const theirs = world.permissionsOf(this.id, channel);
    return [...world.commands.values()].filter((command) => {
      const {
        guild_id,
        contexts,
        integration_types: installs = [0],
        default_member_permissions: needed,
      } = command;
      if (guild_id !== undefined && guild_id !== channel.guildId) return false;
      if (contexts != null && !contexts.includes(context)) return false;
      if (!isBotThere && !(installs as number[]).includes(1)) return false;
      return needed == null || channel.guildId === undefined || (theirs & BigInt(needed)) === BigInt(needed);
    });
  }

  /** The people, channels and roles that the options of a command name. */
  #resolved(typed: CommandLine, channel: Channel): object {
    const { world } = this.#discord;
    const people = idsIn(typed.options, optionTypes.user);
    const channels = idsIn(typed.options, optionTypes.channel).map((id) => world.channel(id));
    const roles = idsIn(typed.options, optionTypes.role).flatMap(
      (id) => world.guildOf(channel)?.roles.get(id) ?? [],
    );
    const byId = <Value extends { id: string }>(values: Value[]) =>
      Object.fromEntries(values.map((value) => [value.id, value]));
    const resolved = {
      ...(people.length > 0 && {
        users: byId(people.map((id) => userPayload(world.account(id)))),
        ...this.#members(channel, ...people),
      }),
      ...(channels.length > 0 && {
        channels: byId(channels.map((each) => ({ ...channelPayload(world, each), permissions: "0" }))),
      }),
      ...(roles.length > 0 && { roles: byId(roles.map(rolePayload)) }),
    };
    return Object.keys(resolved).length === 0 ? {} : { resolved };
  }

  #members(channel: Channel, ...people: string[]): object {
    const members = this.#discord.world.guildOf(channel)?.members;
    const there = people.flatMap((id) => {
      const member = members?.get(id);
      return member === undefined ? [] : [[id, { ...memberPayload(member), permissions: "0" }]];
    });
    return there.length === 0 ? {} : { members: Object.fromEntries(there) };
  }
}

function commandData({ command, options }: CommandLine): Record<string, unknown> {
  const { id, name, guild_id } = command;
  return { id, name, type: 1, options, ...(guild_id !== undefined && { guild_id }) };
}
