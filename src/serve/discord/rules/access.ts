import { ChannelType, type Message } from "discord.js";
import { channelMatcher, placesOf } from "../addressing.ts";
import type { DiscordSettings } from "./settings.ts";

/** Who writes or asks, and where. */
export interface Occasion {
  userId: string;
  /** Ids of the roles that are known of them there. */
  roleIds: string[];
  isDirect: boolean;
  /** The channel of a server, and for a thread that which it belongs to. */
  places: { id: string; name: string }[];
}

export function occasionOf(message: Message): Occasion {
  return {
    userId: message.author.id,
    roleIds: [...(message.member?.roles.cache.keys() ?? [])],
    isDirect: message.channel.type === ChannelType.DM,
    places: placesOf(message.channel),
  };
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
