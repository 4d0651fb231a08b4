import type { APIApplicationCommand, APIMessage } from "discord.js";

/** Accounts and channels that are there from the beginning; `direct` is Ben's. */
export const ids = {
  bot: "100000000000000001",
  ben: "100000000000000002",
  zoe: "100000000000000004",
  otherBot: "100000000000000003",
  /** Who made the application. */
  owner: "100000000000000005",
  server: "200000000000000001",
  /** The role that Discord made for the bot. */
  botRole: "200000000000000009",
  open: "300000000000000001",
  busy: "300000000000000002",
  direct: "300000000000000003",
} as const;

/** Direct messages of many people, each a channel of its own. */
export function directChannel(number: number): string {
  return String(310_000_000_000_000_000n + BigInt(number));
}

export interface Account {
  id: string;
  username: string;
  globalName: string | null;
  isBot: boolean;
  avatar: string | null;
}

export interface Role {
  id: string;
  name: string;
  permissions: bigint;
  /** The bot whose own role it is. */
  botId?: string;
}

export interface Member {
  userId: string;
  nick: string | null;
  avatar: string | null;
  banner: string | null;
  bio: string | null;
  roles: string[];
}

export interface Guild {
  id: string;
  name: string;
  ownerId: string;
  roles: Map<string, Role>;
  members: Map<string, Member>;
  emojis: { id: string; name: string; isAnimated: boolean }[];
}

export const channelTypes = {
  text: 0,
  direct: 1,
  voice: 2,
  group: 3,
  category: 4,
  announcements: 5,
  thread: 11,
  privateThread: 12,
  forum: 15,
} as const;

export interface ThreadState {
  ownerId: string;
  isArchived: boolean;
  isLocked: boolean;
  changedAt: number;
  members: Set<string>;
}

export interface Channel {
  id: string;
  type: (typeof channelTypes)[keyof typeof channelTypes];
  name: string | null;
  guildId?: string;
  parentId?: string;
  topic: string | null;
  /** People of a direct or group channel, the bot aside. */
  recipients: string[];
  /** What the bot is not allowed to do here. */
  denied: bigint;
  /** Words that AutoMod keeps out. */
  blocked: RegExp | undefined;
  thread?: ThreadState;
  /** The oldest first. */
  messages: APIMessage[];
}

export interface Webhook {
  id: string;
  token: string;
  name: string;
  avatar: string | null;
  channelId: string;
  guildId: string;
  ownerId: string;
}

/** What everybody may do in a server. */
export const everyonePermissions = bits(6, 10, 11, 14, 15, 16, 18, 26, 31, 35, 38, 50);
/** What the bot's own role adds: webhooks, and private threads. */
const botRolePermissions = bits(29, 34, 36);

function bits(...places: number[]): bigint {
  return places.reduce((sum, place) => sum | (1n << BigInt(place)), 0n);
}

/** What there is on this Discord. */
export class World {
  readonly accounts = new Map<string, Account>();
  readonly guilds = new Map<string, Guild>();
  readonly channels = new Map<string, Channel>();
  readonly webhooks = new Map<string, Webhook>();
  /** The application's commands by their ids; those of one server have its id. */
  readonly commands = new Map<string, APIApplicationCommand>();
  /** What the profile of the bot says. */
  aboutApplication = "Writes like Ana, and is not her.";
  #increment = 0n;
  #lastId = 0n;

  constructor() {
    this.addAccount({ id: ids.bot, username: "ana-bot", isBot: true });
    this.addAccount({ id: ids.otherBot, username: "other-bot", isBot: true });
    this.addAccount({ id: ids.ben, username: "ben", globalName: "Ben" });
    this.addAccount({ id: ids.zoe, username: "zoe", globalName: "Zoe" });
    this.addAccount({ id: ids.owner, username: "ana", globalName: "Ana" });
    const friends = this.addGuild({ id: ids.server, name: "Friends", ownerId: ids.ben });
    this.joins(friends, ids.bot, ids.botRole);
    for (const id of [ids.ben, ids.zoe, ids.owner, ids.otherBot]) this.joins(friends, id);
    this.addChannel({ id: ids.open, name: "persona-ana", guildId: ids.server });
    this.addChannel({ id: ids.busy, name: "general", guildId: ids.server });
    this.addChannel({ id: ids.direct, type: channelTypes.direct, recipients: [ids.ben] });
  }

  /** An id as Discord makes them: they tell when, and grow. */
  newId(at = Date.now()): string {
    const time = BigInt(at - 1_420_070_400_000) << 22n;
    this.#increment = (this.#increment + 1n) % 4096n;
    const id = time + this.#increment;
    // Of one moment, the later has the greater id; what is dated back keeps its date.
    this.#lastId = id > this.#lastId || this.#lastId - id > 1n << 32n ? id : this.#lastId + 1n;
    return String(this.#lastId);
  }

  addAccount(account: Partial<Account> & { username: string }): Account {
    const added = { id: this.newId(), globalName: null, isBot: false, avatar: null, ...account };
    this.accounts.set(added.id, added);
    return added;
  }

  addGuild({ id = this.newId(), name, ownerId }: { id?: string; name: string; ownerId: string }): Guild {
    const everyone: Role = { id, name: "@everyone", permissions: everyonePermissions };
    const roles = new Map([[id, everyone]]);
    const guild: Guild = { id, name, ownerId, roles, members: new Map(), emojis: [] };
    this.guilds.set(id, guild);
    return guild;
  }

  /** A bot gets a role of its own. */
  joins(guild: Guild, userId: string, roleId = this.newId()): Member {
    const { isBot, username } = this.account(userId);
    const roles = isBot ? [roleId] : [];
    if (isBot) {
      const permissions = userId === ids.bot ? botRolePermissions : 0n;
      guild.roles.set(roleId, { id: roleId, name: username, permissions, botId: userId });
    }
    const member = { userId, nick: null, avatar: null, banner: null, bio: null, roles };
    guild.members.set(userId, member);
    return member;
  }

  addChannel(channel: Partial<Channel>): Channel {
    const added: Channel = {
      id: this.newId(),
      type: channelTypes.text,
      name: null,
      topic: null,
      recipients: [],
      denied: 0n,
      blocked: undefined,
      messages: [],
      ...channel,
    };
    this.channels.set(added.id, added);
    return added;
  }

  account(id: string): Account {
    return this.accounts.get(id) ?? this.addAccount({ id, username: `somebody-${id.slice(-4)}` });
  }

  /** A channel that a test speaks of: direct channels come into being when somebody writes there. */
  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (channel !== undefined) return channel;
    if (!id.startsWith("31")) throw new Error(`This Discord has no channel ${id}.`);
    return this.addChannel({ id, type: channelTypes.direct, recipients: [ids.ben] });
  }

  guildOf(channel: Channel): Guild | undefined {
    return channel.guildId === undefined ? undefined : this.guilds.get(channel.guildId);
  }

  isBotIn(guildId: string | undefined): boolean {
    return guildId !== undefined && this.guilds.get(guildId)?.members.has(ids.bot) === true;
  }

  /** The channel between the bot and somebody. */
  directWith(userId: string): Channel {
    if (userId === ids.ben) return this.channel(ids.direct);
    const isTheirs = ({ type, recipients }: Channel) =>
      type === channelTypes.direct && recipients[0] === userId;
    return (
      [...this.channels.values()].find(isTheirs) ??
      this.addChannel({ type: channelTypes.direct, recipients: [userId] })
    );
  }

  message(id: string): APIMessage | undefined {
    for (const { messages } of this.channels.values()) {
      const found = messages.find((message) => message.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What the bot may do in a channel. */
  permissionsIn(channel: Channel): bigint {
    const parent = channel.thread === undefined ? channel : this.channel(channel.parentId ?? channel.id);
    return this.permissionsOf(ids.bot, channel) & ~(channel.denied | parent.denied);
  }

  /** What somebody may do where channels forbid nothing; the owner may do everything. */
  permissionsOf(userId: string, channel: Channel): bigint {
    const guild = this.guildOf(channel);
    if (guild === undefined) return everyonePermissions;
    const roles = [guild.id, ...(guild.members.get(userId)?.roles ?? [])];
    const own = roles.reduce((sum, role) => sum | (guild.roles.get(role)?.permissions ?? 0n), 0n);
    return guild.ownerId === userId ? (1n << 53n) - 1n : own;
  }
}
