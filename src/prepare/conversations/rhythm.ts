/**
 * How long a thread may fall silent before its next message opens another conversation.
 *
 * The logarithms of the gaps between messages are fitted with two normal distributions: one for gaps inside a
 * conversation, one for those between conversations. The cut lies where a gap belongs to either with equal odds.
 */

/** Counts of gaps by their base-2 logarithm in seconds: four classes an octave, from a second to eight days and more. */
type GapCounts = Uint32Array;

const classesAnOctave = 4;
/** Longer gaps lie between conversations whatever the thread; how long they are must not move its cut. */
const classes = Math.ceil(classesAnOctave * Math.log2(8 * 86_400));

export function createGapCounts(): GapCounts {
  return new Uint32Array(classes);
}

export function countGap(counts: GapCounts, gapMs: number): void {
  const octaves = Math.log2(Math.max(1000, gapMs) / 1000);
  const index = Math.min(classes - 1, Math.floor(octaves * classesAnOctave));
  (counts[index] as number)++;
}

export function addGaps(into: GapCounts, from: ArrayLike<number>): void {
  for (let index = 0; index < classes; index++) (into[index] as number) += from[index] ?? 0;
}

/** Fewer gaps say too little about a thread; it is cut by the rhythm of all. */
const minGaps = 200;
/** No cut is shorter or longer, whatever the fit says. */
const floorMs = 5 * 60_000;
const capMs = 24 * 3_600_000;
/** What most people would call a new conversation, where the gaps themselves do not say. */
const usualSilenceMs = 60 * 60_000;

/**
 * The longest silence inside a conversation in ms, to a quarter of an octave; undefined where there are too few gaps, or
 * gaps of one kind only.
 */
export function maxSilenceOf(counts: GapCounts): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total < minGaps) return undefined;
  const mixture = fitTwoNormals(counts, total);
  if (mixture === undefined) return undefined;
  const silenceMs = 1000 * 2 ** (cutBetween(mixture) / classesAnOctave);
  return Math.round(Math.min(capMs, Math.max(floorMs, silenceMs)));
}

/**
 * The silence that threads without a rhythm of their own go by, from the gaps of all: 5, 10, 20, … minutes. So coarse
 * that a few new messages seldom move it, which would change every small thread.
 */
export function commonSilence(counts: GapCounts): number {
  const silenceMs = maxSilenceOf(counts) ?? usualSilenceMs;
  return Math.min(capMs, floorMs * 2 ** Math.round(Math.log2(silenceMs / floorMs)));
}

interface Normal {
  weight: number;
  /** In classes. */
  mean: number;
  deviation: number;
}

const rounds = 100;
/** Narrower than this, a component has found one spike of a histogram and not a kind of gap. */
const narrowest = classesAnOctave / 2;
/** Kinds of gaps whose means are nearer than this factor are one kind. */
const nearestOctaves = 3;
const rarest = 0.002;

/** Expectation and maximisation (Dempster et al. 1977) from fixed starts: below five minutes, and above three hours. */
function fitTwoNormals(counts: GapCounts, total: number): [Normal, Normal] | undefined {
  const at = (seconds: number) => Math.log2(seconds) * classesAnOctave;
  let inside: Normal = { weight: 0.9, mean: at(60), deviation: 2 * classesAnOctave };
  let between: Normal = { weight: 0.1, mean: at(12 * 3600), deviation: 2 * classesAnOctave };
  for (let round = 0; round < rounds; round++) {
    const sums = [emptySums(), emptySums()] as const;
    for (let index = 0; index < classes; index++) {
      const count = counts[index] as number;
      if (count === 0) continue;
      const share = density(between, index) / (density(between, index) + density(inside, index) || 1);
      addTo(sums[0], index, count * (1 - share));
      addTo(sums[1], index, count * share);
    }
    [inside, between] = [normalOf(sums[0], total), normalOf(sums[1], total)];
  }
  const isApart = between.mean - inside.mean >= nearestOctaves * classesAnOctave;
  return isApart && Math.min(inside.weight, between.weight) >= rarest ? [inside, between] : undefined;
}

interface Sums {
  count: number;
  first: number;
  second: number;
}

function emptySums(): Sums {
  return { count: 0, first: 0, second: 0 };
}

function addTo(sums: Sums, index: number, count: number): void {
  const value = index + 0.5;
  sums.count += count;
  sums.first += count * value;
  sums.second += count * value * value;
}

function normalOf({ count, first, second }: Sums, total: number): Normal {
  if (count === 0) return { weight: 0, mean: 0, deviation: narrowest };
  const mean = first / count;
  const variance = Math.max(0, second / count - mean * mean);
  return { weight: count / total, mean, deviation: Math.max(narrowest, Math.sqrt(variance)) };
}

function density({ weight, mean, deviation }: Normal, index: number): number {
  const distance = (index + 0.5 - mean) / deviation;
  return (weight / deviation) * Math.exp(-0.5 * distance * distance);
}

/** The first class between the means in which a gap is likelier to lie between two conversations. */
function cutBetween([inside, between]: [Normal, Normal]): number {
  for (let index = Math.ceil(inside.mean); index < between.mean; index++)
    if (density(between, index) > density(inside, index)) return index;
  return Math.floor(between.mean);
}
