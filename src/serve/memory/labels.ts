import { neutralLabel, numberedNeutralLabel } from "../../transcript/index.ts";
import type { Remembered } from "./remembered.ts";

/**
 * What somebody is called among those who have spoken, and what they were called there before. People whom training does not
 * know are told apart as there: `Friend`, `Friend 2`, …
 */
export function labelAmong(
  bubbles: Remembered[],
  { speaker, from }: { speaker: string; from: string },
): { label: string; before: string | undefined } {
  const labels = new Map(bubbles.map((bubble) => [bubble.from, bubble.speaker]));
  const before = labels.get(from);
  if (speaker !== neutralLabel) return { label: speaker, before };
  const isToldApart = before?.startsWith(neutralLabel) === true;
  return { label: isToldApart ? before : freeNeutralLabel(new Set(labels.values())), before };
}

function freeNeutralLabel(taken: Set<string | undefined>): string {
  let number = 1;
  while (taken.has(numberedNeutralLabel(number))) number++;
  return numberedNeutralLabel(number);
}
