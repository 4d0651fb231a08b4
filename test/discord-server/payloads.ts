import {
  type Account,
  type Channel,
  channelTypes,
  type Guild,
  ids,
  type Member,
  type Role,
  type World,
} from "./world.ts";

/** When everything that is there from the beginning came into being. */
const beginning = new Date(0).toISOString();

export function userPayload({ id, username, globalName, isBot, avatar }: Account) {
  return {
    id,
    username,
    global_name: globalName,
    discriminator: isBot ? "0001" : "0",
    avatar,
    public_flags: 0,
    flags: 0,
    primary_guild: null,
    ...(isBot && { bot: true }),
  };
}

/** A member as gateway events have it: without the user, who stands beside it. */
export function memberPayload({ nick, avatar, banner, roles }: Member) {
  return {
    nick,
    avatar,
    banner,
    roles,
    joined_at: beginning,
    premium_since: null,
    communication_disabled_until: null,
    flags: 0,
    pending: false,
    mute: false,
    deaf: false,
  };
}

export function memberWithUser(world: World, member: Member) {
  return { ...memberPayload(member), user: userPayload(world.account(member.userId)) };
}

export function rolePayload({ id, name, permissions, botId }: Role) {
  return {
    id,
    name,
    permissions: String(permissions),
    position: botId === undefined ? 0 : 1,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: botId !== undefined,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
    ...(botId !== undefined && { tags: { bot_id: botId } }),
  };
}

/** A channel as REST answers have it; in GUILD_CREATE too. */
export function channelPayload(world: World, channel: Channel) {
  const { id, type, messages } = channel;
  const common = { id, type, last_message_id: messages.at(-1)?.id ?? null, flags: 0 };
  if (channel.guildId === undefined) {
    const recipients = channel.recipients.map((userId) => userPayload(world.account(userId)));
    if (type !== channelTypes.group) return { ...common, recipients };
    return { ...common, recipients, name: channel.name, icon: null, owner_id: channel.recipients[0] };
  }
  const inGuild = {
    ...common,
    guild_id: channel.guildId,
    name: channel.name ?? "",
    parent_id: channel.parentId ?? null,
    rate_limit_per_user: 0,
  };
  if (channel.thread !== undefined) return { ...inGuild, ...threadPayload(channel) };
  return {
    ...inGuild,
    topic: channel.topic,
    position: 0,
    nsfw: false,
    permission_overwrites: overwrites(channel),
  };
}

function overwrites({ denied }: Channel): object[] {
  return denied === 0n ? [] : [{ id: ids.bot, type: 1, allow: "0", deny: String(denied) }];
}

function threadPayload({ id, thread, messages }: Channel) {
  if (thread === undefined) return {};
  const changedAt = new Date(thread.changedAt).toISOString();
  return {
    owner_id: thread.ownerId,
    thread_metadata: {
      archived: thread.isArchived,
      archive_timestamp: changedAt,
      auto_archive_duration: 1440,
      locked: thread.isLocked,
      create_timestamp: changedAt,
    },
    message_count: messages.length,
    member_count: thread.members.size,
    total_message_sent: messages.length,
    ...(thread.members.has(ids.bot) && { member: threadMemberPayload(id, ids.bot) }),
  };
}

export function threadMemberPayload(threadId: string, userId: string) {
  return { id: threadId, user_id: userId, join_timestamp: new Date().toISOString(), flags: 0 };
}

/** A server as READY's aftermath sends it. */
export function guildPayload(world: World, guild: Guild) {
  const channels = [...world.channels.values()].filter(({ guildId }) => guildId === guild.id);
  const isThread = ({ thread }: Channel) => thread !== undefined;
  return {
    ...guildBasics(guild),
    member_count: guild.members.size,
    large: false,
    unavailable: false,
    joined_at: beginning,
    members: [...guild.members.values()].map((member) => memberWithUser(world, member)),
    channels: channels
      .filter((channel) => !isThread(channel))
      .map((channel) => channelPayload(world, channel)),
    threads: channels
      .filter((channel) => isThread(channel) && !channel.thread?.isArchived)
      .map((channel) => channelPayload(world, channel)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** A server as `GET /guilds/{guild_id}` answers. */
export function guildBasics(guild: Guild) {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: guild.ownerId,
    application_id: null,
    region: "deprecated",
    afk_channel_id: null,
    afk_timeout: 60,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    roles: [...guild.roles.values()].map(rolePayload),
    default_message_notifications: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: "en-GB",
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: guild.emojis.map(({ id, name, isAnimated }) => ({
      id,
      name,
      roles: [],
      require_colons: true,
      managed: false,
      animated: isAnimated,
      available: true,
    })),
    stickers: [],
    incidents_data: null,
  };
}
