/** How far two chats agree where both were going on. */
import { type Mark, moved, type Sketch } from "./sketch.ts";

export interface Agreement {
  /** Messages that both have. */
  shared: number;
  /** Of these, those with one time to the millisecond, and those under one name. */
  exact: number;
  ofOneSender: number;
  /** Different words, moments and senders among them. */
  words: number;
  moments: number;
  senders: number;
  /** Their share of what each chat has where both were going on. */
  shares: { less: number; more: number };
  /** Messages of the chat that has fewer there. */
  comparable: number;
}

/** A sketch that can be asked what is in it, at the precision of a clock. */
export class KnownMarks {
  readonly sketch: Sketch;
  readonly #clockMs: number;
  readonly #marksOfWords = new Map<number, Mark[]>();

  constructor(sketch: Sketch, clockMs: number) {
    this.sketch = sketch;
    this.#clockMs = clockMs;
    for (const mark of sketch.marks) {
      const marks = this.#marksOfWords.get(mark.words);
      if (marks === undefined) this.#marksOfWords.set(mark.words, [mark]);
      else marks.push(mark);
    }
  }

  stepOf(at: number): number {
    return Math.floor(at / this.#clockMs);
  }

  goesOnAt(at: number): boolean {
    const step = this.stepOf(at);
    return step >= this.stepOf(this.sketch.firstAt) && step <= this.stepOf(this.sketch.lastAt);
  }

  /** The message with these words at a moment, of the same sender if there are several; undefined where that is not known. */
  find({ words, at, sender }: Mark): Mark | "none" | undefined {
    const step = this.stepOf(at);
    const there = (this.#marksOfWords.get(words) ?? []).filter((mark) => this.stepOf(mark.at) === step);
    const found = there.find((mark) => mark.sender === sender) ?? there[0];
    if (found !== undefined) return found;
    const { sampledBelow, overflown, headUntil, tailFrom } = this.sketch;
    const isSampled = words < sampledBelow && !overflown.has(words);
    return isSampled || at <= headUntil || at >= tailFrom ? "none" : undefined;
  }

  /** Steps of the clock at which words stand, at most a few. */
  stepsOf(words: number): number[] {
    const steps = (this.#marksOfWords.get(words) ?? []).map(({ at }) => this.stepOf(at));
    return [...new Set(steps)].slice(0, maxStepsOfWords);
  }
}

const maxStepsOfWords = 4;

/** @param shiftMs What the first chat's clock is behind the second's. */
export function agreementOf(one: KnownMarks, other: KnownMarks, shiftMs = 0): Agreement {
  const forth = compare(one, other, shiftMs);
  const back = compare(other, one, -shiftMs);
  const [fewer, more] = forth.comparable < back.comparable ? [forth, back] : [back, forth];
  const told = fewer.comparable === 0 ? more : fewer;
  const shares = [shareOf(told), shareOf(more)].sort((a, b) => a - b) as [number, number];
  return {
    ...summarise(told.pairs, one),
    comparable: told.comparable,
    shares: { less: shares[0], more: shares[1] },
  };
}

interface Comparison {
  /** Of each shared message, what one chat and what the other has. */
  pairs: [Mark, Mark][];
  comparable: number;
}

function compare(one: KnownMarks, other: KnownMarks, shiftMs: number): Comparison {
  const pairs: [Mark, Mark][] = [];
  let comparable = 0;
  for (const mark of one.sketch.marks) {
    const there = moved(mark, shiftMs);
    const found = other.goesOnAt(there.at) ? other.find(there) : undefined;
    if (found === undefined) continue;
    comparable++;
    if (found !== "none") pairs.push([there, found]);
  }
  return { pairs, comparable };
}

function shareOf({ pairs, comparable }: Comparison): number {
  return comparable === 0 ? 0 : pairs.length / comparable;
}

function summarise(pairs: [Mark, Mark][], clock: KnownMarks): Omit<Agreement, "comparable" | "shares"> {
  const different = (of: (mark: Mark) => number) => new Set(pairs.map(([mark]) => of(mark))).size;
  return {
    shared: pairs.length,
    exact: pairs.filter(([one, other]) => one.at === other.at && one.at % 1000 !== 0).length,
    ofOneSender: pairs.filter(([one, other]) => one.sender === other.sender).length,
    words: different(({ words }) => words),
    moments: different(({ at }) => clock.stepOf(at)),
    senders: different(({ sender }) => sender),
  };
}

const maxShiftMs = 26 * 3_600_000;

/** What the first clock is most often behind the second, in ms, by messages with the same words. */
export function likelyShift(one: KnownMarks, other: KnownMarks, clockMs: number): number {
  const votes = new Map<number, number>();
  for (const words of new Set(one.sketch.marks.map(({ words }) => words)))
    for (const step of one.stepsOf(words))
      for (const there of other.stepsOf(words)) votes.set(there - step, (votes.get(there - step) ?? 0) + 1);
  const likely = [...votes]
    .filter(([steps]) => Math.abs(steps * clockMs) <= maxShiftMs)
    .sort((a, b) => b[1] - a[1] || Math.abs(a[0]) - Math.abs(b[0]));
  return (likely[0]?.[0] ?? 0) * clockMs;
}
