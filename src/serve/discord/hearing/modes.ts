import { type Channel, ChannelType } from "discord.js";
import type { discordChoices, Settled } from "../../../choices/index.ts";
import { channelMatcher, mostExactPattern, type Place, placesOf } from "../places.ts";

export type HearingSettings = Pick<
  Settled<typeof discordChoices>,
  "channels" | "modes" | "wakeWords" | "readBack"
>;
/** What is heard in a channel, and what of it is answered. */
type Mode = HearingSettings["modes"][string];

/** A thread is as its channel is, unless it is named itself; direct messages are all for the persona. */
export function modeOf(channel: Channel, settings: HearingSettings): Mode {
  return channel.type === ChannelType.DM ? "all" : modeAmong(placesOf(channel), settings);
}

/** @param places A channel, and for a thread also that which it belongs to. */
export function modeAmong(
  places: Place[],
  { channels, modes }: Pick<HearingSettings, "channels" | "modes">,
): Mode {
  const pattern = mostExactPattern(Object.keys(modes), places);
  if (pattern !== undefined) return modes[pattern] as Mode;
  return places.some(channelMatcher(channels)) ? "all" : "mention";
}
