import { severalThreads, type WordCounts } from "../facts/index.ts";

export interface TypicalWord {
  word: string;
  /** Times that this side wrote it. */
  count: number;
  /** How many times as often as the other side, a million words against a million, smoothed by the prior. */
  ratio: number;
  /** Log-odds in standard deviations: how sure the difference is. */
  zScore: number;
}

interface TypicalWords {
  persona: TypicalWord[];
  others: TypicalWord[];
}

/** Words of prior that each side is given, shared out as the two sides together use them. */
const priorWords = 1_000;
/** Habits, not secrets: a word is shown when one side wrote it this often, in several threads. */
export const minCount = 8;
/** Two-sided 1 % of a normal distribution. */
const minZScore = 2.58;

/**
 * Words that one side uses more than the other: log-odds ratio with an informative Dirichlet prior, in z-scores.
 *
 * Monroe, Colaresi & Quinn 2008, "Fightin' Words", equations 15, 16, 20 and 22. `totals` are all words that either side
 * wrote. Names of people, given as labels, are left out.
 */
export function findTypicalWords(
  words: WordCounts,
  totals: { persona: number; others: number },
  { names = [] as string[], most = 18 } = {},
): TypicalWords {
  const named = new Set(names.flatMap((name) => name.toLowerCase().match(/[\p{L}\p{M}']+/gu) ?? []));
  const typical: TypicalWords = { persona: [], others: [] };
  for (const [word, [persona, others, personaThread, othersThread]] of Object.entries(words)) {
    if (named.has(word)) continue;
    const prior = (priorWords * (persona + others)) / (totals.persona + totals.others);
    const { zScore, ratio } = compare(persona, others, prior, totals);
    if (zScore > minZScore && persona >= minCount && personaThread === severalThreads)
      typical.persona.push({ word, count: persona, ratio, zScore });
    if (zScore < -minZScore && others >= minCount && othersThread === severalThreads)
      typical.others.push({ word, count: others, ratio: 1 / ratio, zScore: -zScore });
  }
  return { persona: strongest(typical.persona, most), others: strongest(typical.others, most) };
}

function compare(
  persona: number,
  others: number,
  prior: number,
  totals: { persona: number; others: number },
): { zScore: number; ratio: number } {
  const odds = (count: number, total: number) => (count + prior) / (total + priorWords - count - prior);
  const ratio = odds(persona, totals.persona) / odds(others, totals.others);
  const deviation = Math.sqrt(1 / (persona + prior) + 1 / (others + prior));
  return { zScore: Math.log(ratio) / deviation, ratio };
}

function strongest(words: TypicalWord[], most: number): TypicalWord[] {
  return words.sort((a, b) => b.zScore - a.zScore || (a.word < b.word ? -1 : 1)).slice(0, most);
}
