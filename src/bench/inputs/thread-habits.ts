/** How people of one thread write: medians in minutes, and how far single gaps lie from them. */
export interface Habit {
  name: string;
  people: string[];
  /** Between two messages of one session. */
  insideMinutes: number;
  insideSpread: number;
  /** Between two sessions. */
  betweenHours: number;
  betweenSpread: number;
  messagesASession: number;
}

/** Threads as they come in exports, from people who answer at once to people who answer the next evening. */
export const habits: Habit[] = [
  habit("fast chatters", ["Ben"], [0.3, 1.1], [9, 1.0], 30),
  habit("chatters at work", ["Cleo"], [3, 1.2], [14, 1.0], 12),
  habit("slow correspondents", ["Dora"], [45, 1.0], [90, 0.9], 8),
  habit("letters in the evening", ["Eva"], [150, 0.8], [240, 0.8], 6),
  habit("a lively group", ["Fay", "Gus", "Hal", "Ida"], [0.8, 1.3], [5, 0.9], 40),
  habit("a quiet group", ["Jon", "Kim", "Leo"], [12, 1.3], [60, 1.0], 9),
];

function habit(
  name: string,
  people: string[],
  [insideMinutes, insideSpread]: [number, number],
  [betweenHours, betweenSpread]: [number, number],
  messagesASession: number,
): Habit {
  return { name, people, insideMinutes, insideSpread, betweenHours, betweenSpread, messagesASession };
}

/** A gap: its logarithm is normally distributed around that of the median. */
export function logNormal(median: number, spread: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}
