/** A moment of a group, with what each rule goes by. */
export interface Judged {
  conversation: number;
  spoke: boolean;
  /** Probability that the model gives the persona's turn. */
  chance: number;
  /** How many turns ago the persona last spoke. */
  turnsSince: number;
}

interface Fit {
  threshold: number;
  recentTurns: number;
  balancedAccuracy: { model: number; recency: number };
}

/** The longest time, in turns, that "recently" may mean. */
const mostRecentTurns = 12;

/**
 * The threshold on the model's probability, and the number of turns that "spoke recently" means, with which most is told
 * right; undefined where one of the two answers is missing. How good they are is measured on the half of the conversations
 * that did not choose them.
 */
export function fitSpeaking(judged: Judged[]): Fit | undefined {
  if (!hasBoth(judged)) return undefined;
  const halves = [0, 1].map((half) => judged.filter(({ conversation }) => conversation % 2 === half));
  const [one = [], other = []] = halves;
  const across = (rule: Rule) =>
    rightOnAverage([...decided(other, rule, chosen(one, rule)), ...decided(one, rule, chosen(other, rule))]);
  return {
    threshold: chosen(judged, byModel),
    recentTurns: -chosen(judged, byRecency),
    balancedAccuracy: { model: across(byModel), recency: across(byRecency) },
  };
}

function hasBoth(judged: Judged[]): boolean {
  return judged.some(({ spoke }) => spoke) && judged.some(({ spoke }) => !spoke);
}

/** Speaks where its score is at least a threshold, which is one of a few. */
interface Rule {
  score(moment: Judged): number;
  thresholds(judged: Judged[]): number[];
}

const byModel: Rule = {
  score: ({ chance }) => chance,
  thresholds: (judged) => midpoints(judged.map(({ chance }) => chance)),
};

const byRecency: Rule = {
  score: ({ turnsSince }) => -turnsSince,
  thresholds: () => Array.from({ length: mostRecentTurns }, (_, index) => -(index + 1)),
};

/** Between each two neighbours: a threshold at a value itself would turn on the last bit of it. */
function midpoints(values: number[]): number[] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  return sorted.map((value, index) => (value + (sorted[index - 1] ?? value)) / 2);
}

function chosen(judged: Judged[], rule: Rule): number {
  const thresholds = rule.thresholds(judged);
  const qualities = thresholds.map((threshold) => rightOnAverage(decided(judged, rule, threshold)));
  return thresholds[qualities.indexOf(Math.max(...qualities))] ?? 0;
}

interface Decided {
  spoke: boolean;
  speaks: boolean;
}

function decided(judged: Judged[], { score }: Rule, threshold: number): Decided[] {
  return judged.map((moment) => ({ spoke: moment.spoke, speaks: score(moment) >= threshold }));
}

/** The balanced accuracy; by chance, it is one half however seldom the persona speaks. */
function rightOnAverage(decisions: Decided[]): number {
  const shareRight = (spoke: boolean) => {
    const asked = decisions.filter((each) => each.spoke === spoke);
    return asked.filter(({ speaks }) => speaks === spoke).length / Math.max(1, asked.length);
  };
  return (shareRight(true) + shareRight(false)) / 2;
}
