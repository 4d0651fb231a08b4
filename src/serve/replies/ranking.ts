import type { Continuation } from "../engines/index.ts";
import type { Candidate } from "./candidates.ts";
import type { DrawSettings } from "./settings.ts";

export type Ranking = Exclude<DrawSettings["ranking"], "first">;

/** A candidate that may be said, with the ids that it was read from. */
export interface RankedCandidate {
  candidate: Candidate;
  continuation: Continuation;
}

/** How much of what the reply is worth by itself is taken off: of the shares tried, all told the person as well (docs/performance.md). */
const ownShare = 0.5;

/**
 * The candidate to say; undefined where there is none. Where the engine cannot tell probabilities, the first.
 *
 * @param scoreAlone Log-probabilities of ids in a conversation in which nothing was said before.
 */
export async function chooseCandidate(
  candidates: RankedCandidate[],
  ranking: Ranking,
  scoreAlone: (ids: number[]) => Promise<number[] | undefined>,
): Promise<Candidate | undefined> {
  const worth = {
    longest: async ({ candidate }: RankedCandidate) => candidate.bubbles.join("\n").length,
    likeliest: async ({ continuation }: RankedCandidate) => meanOf(continuation.logProbabilities),
    mmi: async ({ continuation: { ids, logProbabilities } }: RankedCandidate) => {
      const [inContext, alone] = [meanOf(logProbabilities), meanOf(await scoreAlone(ids))];
      return inContext !== undefined && alone !== undefined ? inContext - ownShare * alone : undefined;
    },
  }[ranking];
  let best: { candidate: Candidate; value: number } | undefined;
  for (const ranked of candidates) {
    const value = (await worth(ranked)) ?? Number.NEGATIVE_INFINITY;
    if (best === undefined || value > best.value) best = { candidate: ranked.candidate, value };
  }
  return best?.candidate;
}

/** A token, so that long replies are no less likely than short ones. */
function meanOf(logProbabilities: number[] | undefined): number | undefined {
  if (logProbabilities === undefined || logProbabilities.length === 0) return undefined;
  return logProbabilities.reduce((sum, each) => sum + each, 0) / logProbabilities.length;
}
