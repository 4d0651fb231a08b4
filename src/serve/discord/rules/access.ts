import { type BaseInteraction, ChannelType, InteractionContextType, type Message } from "discord.js";
import { channelMatcher, type Place, placesOf } from "../places.ts";
import type { DiscordSettings } from "./settings.ts";

/** Who writes or asks, and where. */
export interface Occasion {
  userId: string;
  /** Ids of the roles that are known of them there. */
  roleIds: string[];
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

export function occasionOf(message: Message): Occasion {
  return {
    userId: message.author.id,
    roleIds: [...(message.member?.roles.cache.keys() ?? [])],
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

/** Whether the lists let somebody in. A block counts for more than permission. */
export function isLetIn({ userId, roleIds, isDirect, places }: Occasion, settings: DiscordSettings): boolean {
  const { allowedUsers, allowedRoles, allowedChannels, blockedUsers, blockedRoles, blockedChannels } =
    settings;
  if (isDirect && !settings.directMessages) return false;
  if (blockedUsers.includes(userId) || roleIds.some((id) => blockedRoles.includes(id))) return false;
  const isNobodyNamed = allowedUsers.length === 0 && allowedRoles.length === 0;
  const isNamed = allowedUsers.includes(userId) || roleIds.some((id) => allowedRoles.includes(id));
  if (!isNobodyNamed && !isNamed) return false;
  if (isDirect) return true;
  if (places.some(channelMatcher(blockedChannels))) return false;
  return allowedChannels.length === 0 || places.some(channelMatcher(allowedChannels));
}
