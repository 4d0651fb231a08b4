/** What a word beside the time says of it, where no table knows the word and the whole file had to tell. */
export type ClockWord = "before noon" | "after noon" | "no half" | "untold";

/** Of 0 to 23; undefined where the word does not tell, or contradicts the hour. */
export function hourAt(clockHour: number, word: ClockWord | undefined): number | undefined {
  if (word === "no half") return clockHour <= 23 ? clockHour : undefined;
  if (word === undefined || word === "untold" || clockHour > 12) return undefined;
  return (clockHour % 12) + (word === "after noon" ? 12 : 0);
}
