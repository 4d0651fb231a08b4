import type { Turn } from "../../../handoffs/index.ts";

/** A moment in a group: somebody else's turn is over, and the persona speaks next or does not. */
export interface Moment {
  /** What was said before it, as far back as it matters. */
  turns: Turn[];
  /** How many turns ago the persona last spoke; Infinity where it has not. */
  turnsSince: number;
  spoke: boolean;
}

/** Others in a conversation that make it one of a group. */
const others = 2;
/** A context holds this many turns before the moment, and up to as many more: most are longer by a turn than the one before. */
const turnsBefore = 20;

export function isGroup(turns: Turn[]): boolean {
  return new Set(turns.flatMap(({ isPersona, speaker }) => (isPersona ? [] : [speaker]))).size >= others;
}

/** The moments of one conversation; none where it is not a group's. */
export function momentsIn(turns: Turn[]): Moment[] {
  if (!isGroup(turns)) return [];
  return turns.flatMap((turn, index) => {
    if (turn.isPersona) return [];
    const from = Math.max(0, index - (index % turnsBefore) - turnsBefore);
    const before = turns.slice(0, index + 1);
    const spoke = turns[index + 1]?.isPersona ?? false;
    return [{ turns: before.slice(from), turnsSince: turnsSincePersona(before), spoke }];
  });
}

/** How many turns ago the persona last spoke; Infinity where it has not. */
export function turnsSincePersona(turns: Turn[]): number {
  const last = turns.findLastIndex(({ isPersona }) => isPersona);
  return last === -1 ? Number.POSITIVE_INFINITY : turns.length - last;
}
