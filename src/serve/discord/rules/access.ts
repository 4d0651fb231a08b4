import { type BaseInteraction, ChannelType, InteractionContextType, type Message } from "discord.js";
import { channelMatcher, type Place, placesOf } from "../places.ts";
import type { DiscordSettings } from "./settings.ts";

/** Who writes or asks, and where. */
export interface Occasion {
  userId: string;
  /** Ids of the roles that are known of them. */
  roleIds: string[];
  /** Whether those are all that the lists may name. */
  areRolesKnown: boolean;
  /** The server whose roles of theirs came with what they wrote; undefined where none did. */
  serverWithRoles: string | undefined;
  isDirect: boolean;
  /** The channel of a server, and for a thread that which it belongs to. */
  places: Place[];
  /** The channel, and that which it belongs to. */
  channelIds: string[];
  /** Undefined in direct messages. */
  serverId: string | undefined;
  /** Whether the bot is a member there, and not only somebody who has added it to their account. */
  isMember: boolean;
}

/** With the roles that came with the message: none in direct messages, and where it was fetched. */
export function occasionOf(message: Message, { isFetched = false } = {}): Occasion {
  // What is known of its writer then came with another message of theirs, however long ago.
  const member = isFetched ? null : message.member;
  return {
    userId: message.author.id,
    roleIds: [...(member?.roles.cache.keys() ?? [])],
    areRolesKnown: false,
    serverWithRoles: member?.guild.id,
    isDirect: message.channel.type === ChannelType.DM,
    places: placesOf(message.channel),
    channelIds: channelIdsOf(message),
    serverId: message.guildId ?? undefined,
    isMember: true,
  };
}

/** The bot knows no name of a place that it is no member of. */
export function occasionOfCommand(interaction: BaseInteraction): Occasion {
  const { user, member, channel, channelId, context, guildId } = interaction;
  const roles = member?.roles ?? [];
  const isDirect = guildId === null;
  const unknown = channelId === null || isDirect ? [] : [{ id: channelId, name: "" }];
  return {
    userId: user.id,
    roleIds: Array.isArray(roles) ? roles : [...roles.cache.keys()],
    areRolesKnown: false,
    serverWithRoles: member === null ? undefined : (guildId ?? undefined),
    isDirect,
    places: channel === null ? unknown : placesOf(channel),
    channelIds: channelIdsOf(interaction),
    serverId: guildId ?? undefined,
    isMember: isDirect ? context === InteractionContextType.BotDM : interaction.inCachedGuild(),
  };
}

function channelIdsOf({ channelId, channel }: Pick<BaseInteraction, "channelId" | "channel">): string[] {
  const parentId = channel?.isThread() ? channel.parentId : null;
  return [channelId, parentId].filter((id) => id !== null);
}

/** Whether the lists let somebody in. A block counts for more than permission, and so does any role that they may have. */
export function isLetIn(occasion: Occasion, settings: DiscordSettings): boolean {
  const { userId, roleIds, areRolesKnown, isDirect, places } = occasion;
  const { allowedUsers, allowedRoles, allowedChannels, blockedUsers, blockedRoles, blockedChannels } =
    settings;
  if (isDirect && !settings.directMessages) return false;
  if (blockedUsers.includes(userId) || roleIds.some((id) => blockedRoles.includes(id))) return false;
  if (!areRolesKnown && blockedRoles.length > 0) return false;
  const isNobodyNamed = allowedUsers.length === 0 && allowedRoles.length === 0;
  const isNamed = allowedUsers.includes(userId) || roleIds.some((id) => allowedRoles.includes(id));
  if (!isNobodyNamed && !isNamed) return false;
  if (isDirect) return true;
  if (places.some(channelMatcher(blockedChannels))) return false;
  return allowedChannels.length === 0 || places.some(channelMatcher(allowedChannels));
}
