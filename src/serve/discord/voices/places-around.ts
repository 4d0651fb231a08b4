import type { Client } from "discord.js";

/** The ids of a channel and what it lies in, from the inside out: the channel that a thread belongs to, and the server. */
export function placesAround(client: Client, channelId: string): string[] {
  const channel = client.channels.cache.get(channelId);
  if (channel === undefined || channel.isDMBased()) return [channelId];
  const parent = channel.isThread() ? channel.parentId : null;
  return [channelId, ...(parent === null ? [] : [parent]), channel.guildId];
}
