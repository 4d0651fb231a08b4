/** A name as a label: one line, no spaces around it. */
export function canonicalLabel(name: string): string {
  return name.toWellFormed().replace(/\s+/gu, " ").trim() || "?";
}

/** The label of people whom training does not know by name; the next ones are `Friend 2`, `Friend 3`, … */
export const neutralLabel = "Friend";
