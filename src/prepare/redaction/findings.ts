/** What redaction looks for. Placeholders carry these words, except the owner's own list. */
export type RedactedKind =
  | "phone"
  | "email"
  | "link"
  | "card"
  | "bank"
  | "address"
  | "ip"
  | "code"
  | "password"
  /** A long number of unknown meaning: identity and tax numbers, parcels, accounts. */
  | "number"
  /** The owner's own list. */
  | "own";

/** A stretch of a folded text that must go. */
export interface Finding {
  kind: RedactedKind;
  start: number;
  end: number;
  /** Equal for equal values however they are written; default: the words themselves in lower case. */
  identity?: string;
}

/** A search in a folded text. Stretches may come in any order and overlap. */
export type Finder = (text: string) => Iterable<Finding>;

/** Overlapping findings as one, of the kind that begins first; in order. */
export function united(findings: Iterable<Finding>): Finding[] {
  const inOrder = [...findings].sort((a, b) => a.start - b.start || b.end - a.end);
  const result: Finding[] = [];
  for (const finding of inOrder) {
    const last = result.at(-1);
    if (last === undefined || finding.start >= last.end) result.push({ ...finding });
    else if (finding.end > last.end) {
      last.end = finding.end;
      delete last.identity;
    }
  }
  return result;
}
