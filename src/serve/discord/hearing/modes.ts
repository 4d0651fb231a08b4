import { type Channel, ChannelType } from "discord.js";
import type { discordChoices, Settled } from "../../../choices/index.ts";
import { channelMatcher, mostExactPattern, placesOf } from "../places.ts";

export type HearingSettings = Pick<
  Settled<typeof discordChoices>,
  "channels" | "modes" | "wakeWords" | "readBack"
>;
/** What is heard in a channel, and what of it is answered. */
type Mode = HearingSettings["modes"][string];

/** A thread is as its channel is, unless it is named itself; direct messages are all for the persona. */
export function modeOf(channel: Channel, { channels, modes }: HearingSettings): Mode {
  if (channel.type === ChannelType.DM) return "all";
  const places = placesOf(channel);
  const pattern = mostExactPattern(Object.keys(modes), places);
  if (pattern !== undefined) return modes[pattern] as Mode;
  return places.some(channelMatcher(channels)) ? "all" : "mention";
}
