/** One way in which addresses are written. */
export interface StreetPattern {
  /** A cheap look that must find something in a text before the search. */
  mentions: RegExp;
  pattern: () => RegExp;
  /** Whether what was found is an address, where a pattern alone cannot tell. */
  isMeant?: (match: Match) => boolean;
}

/** What a pattern found, and where. */
export interface Match {
  found: string;
  groups: Record<string, string | undefined>;
  text: string;
  index: number;
}
