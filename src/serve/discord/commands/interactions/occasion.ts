import { type BaseInteraction, InteractionContextType } from "discord.js";
import { placesOf } from "../../addressing.ts";
import type { Rules } from "../../rules/index.ts";

/** Who asks, and where; the bot knows no name of a place that it is no member of. */
export function occasionOf(interaction: BaseInteraction): Parameters<Rules["mayAsk"]>[0] {
  const { user, member, channel, channelId, context } = interaction;
  const roles = member?.roles ?? [];
  const isDirect = context === InteractionContextType.BotDM;
  const unknown = channelId === null || isDirect ? [] : [{ id: channelId, name: "" }];
  return {
    userId: user.id,
    roleIds: Array.isArray(roles) ? roles : [...roles.cache.keys()],
    isDirect,
    places: channel === null ? unknown : placesOf(channel),
  };
}
