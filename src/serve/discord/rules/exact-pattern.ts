import { channelMatcher, type Place } from "../addressing.ts";

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
