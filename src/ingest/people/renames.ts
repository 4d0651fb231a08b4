/**
 * People change their names, and an export writes today's name through the whole history: two exports may know one
 * person under two names. The messages that both hold tell, or a chat of two that both hold.
 */
import type { OnSameWords, Source } from "../merge/index.ts";

/** A source and what was seen of its people, which tells whether two names can be one person's. */
export interface NamedSource extends Source {
  people: Set<string>;
}

/** Equal words in one second by two people are chance; twice they are not, nor in one millisecond. */
const minWeight = 2;
const exactWeight = 2;

/** Counts messages that two sources have under different names. */
export class SameWords {
  readonly pairs = new Map<string, { one: Sighting; other: Sighting; count: number }>();

  readonly note: OnSameWords = (moment, one, other) => {
    const key = `${one.source} ${other.source} ${one.sender}\u0000${other.sender}`;
    const pair = this.pairs.get(key) ?? { one, other, count: 0 };
    pair.count += moment !== null && moment % 1000 !== 0 ? exactWeight : 1;
    this.pairs.set(key, pair);
  };
}

interface Sighting {
  source: number;
  sender: string;
}

/** An earlier name and today's, when the sources of a thread prove one that is not in `known`. */
export function findRename(
  { pairs }: SameWords,
  sources: NamedSource[],
  known: { from: string; to: string }[],
): { from: string; to: string } | undefined {
  const strongest = [...pairs.values()].sort((a, b) => b.count - a.count);
  for (const { one, other, count } of strongest) {
    const a = sources[one.source] as NamedSource;
    const b = sources[other.source] as NamedSource;
    // Whoever is in both sources under both names is two people.
    const areApart = a.people.has(other.sender) || b.people.has(one.sender);
    const isRival = strongest.some((pair) => pair.count >= count && isRivalOf(pair, one, other));
    const isProven = count >= minWeight || (a.people.size <= 2 && b.people.size <= 2);
    if (areApart || isRival || !isProven) continue;
    const rename =
      a.asOf > b.asOf || (a.asOf === b.asOf && one.sender > other.sender)
        ? { from: other.sender, to: one.sender }
        : { from: one.sender, to: other.sender };
    if (!known.some(({ from }) => from === rename.from)) return rename;
  }
  return undefined;
}

function isRivalOf(pair: { one: Sighting; other: Sighting }, one: Sighting, other: Sighting): boolean {
  if (pair.one.source !== one.source || pair.other.source !== other.source) return false;
  const sharesOne = pair.one.sender === one.sender;
  const sharesOther = pair.other.sender === other.sender;
  return sharesOne !== sharesOther;
}
