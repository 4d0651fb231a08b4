import type { Channel } from "discord.js";
import { escapePattern } from "../../letters.ts";

/** A channel or thread of a server. */
export interface Place {
  id: string;
  name: string;
}

/** Whether a channel is one of `patterns`: ids, or names with or without #, in which `*` stands for any characters. */
export function channelMatcher(patterns: string[]): (place: Place) => boolean {
  // A name that looks like an id opens nothing that the id was meant for.
  const expressions = patterns
    .filter((pattern) => !isId(pattern))
    .map((pattern) => {
      const parts = pattern.replace(/^#/, "").split("*").map(escapePattern);
      return new RegExp(`^${parts.join(".*")}$`, "iu");
    });
  return ({ id, name }) => patterns.includes(id) || expressions.some((expression) => expression.test(name));
}

const isId = (text: string) => /^\d{17,20}$/.test(text);

/** A channel, and that which it is a thread of: what is open to one is open to the other. */
export function placesOf(channel: Channel): Place[] {
  return [channel, channel.isThread() ? channel.parent : null].flatMap(placeOf);
}

/** Direct messages have no name. */
export function placeOf(channel: Channel | null): Place[] {
  return channel !== null && "name" in channel && channel.name !== null
    ? [{ id: channel.id, name: channel.name }]
    : [];
}

/** Of patterns for channels, the one that says most about a place: an id, then a name, then the longest with `*`. */
export function mostExactPattern(patterns: string[], places: Place[]): string | undefined {
  const exactness = (pattern: string) => {
    if (places.some(({ id }) => id === pattern)) return longestName + 1;
    return pattern.includes("*") ? pattern.length - longestName : longestName;
  };
  return patterns
    .filter((pattern) => places.some(channelMatcher([pattern])))
    .toSorted((one, other) => exactness(other) - exactness(one))[0];
}

const longestName = 1000;

/** The conversation that a branch belongs to is found by the beginning of its id. */
export function branchesOf(channel: string): string {
  return `${channel}/`;
}

/** The channel that a conversation is in. */
export function channelOf(conversation: string): string {
  return conversation.split("/")[0] as string;
}
