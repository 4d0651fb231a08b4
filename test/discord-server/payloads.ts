/** Accounts and channels of the small Discord. */
export const ids = {
  bot: "100000000000000001",
  ben: "100000000000000002",
  zoe: "100000000000000004",
  otherBot: "100000000000000003",
  owner: "100000000000000005",
  server: "200000000000000001",
  open: "300000000000000001",
  busy: "300000000000000002",
  direct: "300000000000000003",
} as const;

const names: Record<string, string> = {
  [ids.bot]: "ana-bot",
  [ids.ben]: "ben",
  [ids.zoe]: "zoe",
  [ids.otherBot]: "other-bot",
  [ids.owner]: "ana",
};

/** Direct messages of many people, each a channel of its own. */
export function directChannel(number: number): string {
  return String(310_000_000_000_000_000n + BigInt(number));
}

function isDirect(channel: string): boolean {
  return channel === ids.direct || channel.startsWith("31");
}

/** What somebody writes. */
export interface Written {
  channel: string;
  content: string;
  author?: string;
  mentions?: string[];
  webhook?: string;
  /** Answers a message of the bot. */
  isReply?: boolean;
}

let messages = 0;

export function incomingMessage(written: Written): object {
  const { channel, content, author = ids.ben, mentions = [], webhook, isReply = false } = written;
  return {
    id: String(400_000_000_000_000_000n + BigInt(++messages)),
    channel_id: channel,
    channel_type: isDirect(channel) ? 1 : 0,
    ...(!isDirect(channel) && {
      guild_id: ids.server,
      member: { roles: [], joined_at: new Date(0).toISOString() },
    }),
    author: userPayload(author),
    ...(webhook !== undefined && { webhook_id: webhook }),
    content,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: (isReply ? [...mentions, ids.bot] : mentions).map(userPayload),
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    type: isReply ? 19 : 0,
    ...(isReply && { message_reference: { channel_id: channel, message_id: "400000000000000000", type: 0 } }),
  };
}

export function readyPayload(gateway: string): object {
  return {
    v: 10,
    user: { ...userPayload(ids.bot), verified: true },
    guilds: [{ id: ids.server, unavailable: true }],
    session_id: "session",
    resume_gateway_url: gateway,
    shard: [0, 1],
    application: { id: ids.bot, flags: 0 },
  };
}

export function serverPayload(): object {
  const channel = (id: string, name: string) => ({
    id,
    name,
    type: 0,
    position: 0,
    permission_overwrites: [],
    nsfw: false,
  });
  return {
    id: ids.server,
    name: "Friends",
    owner_id: ids.ben,
    roles: [
      {
        id: ids.server,
        name: "@everyone",
        permissions: "8",
        position: 0,
        color: 0,
        colors: { primary_color: 0 },
        hoist: false,
        managed: false,
        mentionable: false,
        flags: 0,
      },
    ],
    emojis: [],
    stickers: [],
    features: [],
    member_count: 2,
    large: false,
    members: [],
    channels: [channel(ids.open, "persona-ana"), channel(ids.busy, "general")],
    threads: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    joined_at: new Date(0).toISOString(),
    preferred_locale: "en-GB",
    system_channel_flags: 0,
    premium_tier: 0,
    nsfw_level: 0,
    verification_level: 0,
    explicit_content_filter: 0,
    default_message_notifications: 0,
    mfa_level: 0,
    afk_timeout: 60,
  };
}

export function userPayload(id: string): object {
  return {
    id,
    username: names[id] ?? "somebody",
    discriminator: "0",
    avatar: null,
    bot: id === ids.bot || id === ids.otherBot,
  };
}
