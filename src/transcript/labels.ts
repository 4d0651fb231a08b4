/** A name as a label: one line, no spaces around it. */
export function canonicalLabel(name: string): string {
  return name.toWellFormed().replace(/\s+/gu, " ").trim() || "?";
}

/** The label of people whom training does not know by name. */
export const neutralLabel = "Friend";

/** Several of them in one conversation are told apart: `Friend`, `Friend 2`, `Friend 3`, … */
export function numberedNeutralLabel(number: number): string {
  return number === 1 ? neutralLabel : `${neutralLabel} ${number}`;
}
