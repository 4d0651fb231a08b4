import type { ReplyEvent } from "../../transcript/index.ts";
import type { Failure, Filter } from "./filters.ts";

/** What became of one draw. */
export interface Candidate {
  /** Those that may be said: the ones before the first that may not. */
  bubbles: string[];
  /** Why the next bubble may not be said; undefined where all may. */
  failure: Failure | undefined;
  /** Whether the model ended its turn, it was cut off, or somebody stopped it. */
  ending: "turn-end" | "cut-off" | "stopped";
  tokens: number;
}

/** A part of a bubble as it is drawn, and each bubble that may be said once it is whole. */
export type CandidateEvent =
  | Exclude<ReplyEvent, { type: "turn-end" }>
  /** The parts since the last whole bubble are not said after all. */
  | { type: "taken-back" };

export interface CandidateReading {
  reader: IdReader;
  filter: Filter;
  /** What the persona has said before this reply. */
  before: string[];
  maxTokens: number;
  signal: AbortSignal;
  /** Whether an id may be said as the next; absent where all may. */
  maySay?: (id: number) => boolean;
}

interface IdReader {
  push(id: number): ReplyEvent[];
  end(): ReplyEvent[];
}

/** Reads a candidate as it is drawn, until it is over or a bubble of it may not be said. */
export async function* readCandidate(
  ids: AsyncIterable<number> | Iterable<number>,
  reading: CandidateReading,
): AsyncGenerator<CandidateEvent, Candidate> {
  const draft: Draft = { bubbles: [], tokens: 0, hasOpenBubble: false };
  const { ending, failure } = yield* readInto(draft, ids, reading);
  if (draft.hasOpenBubble) yield { type: "taken-back" };
  const { bubbles, tokens } = draft;
  const isEmpty = bubbles.length === 0 && ending !== "stopped";
  return { bubbles, tokens, ending, failure: failure ?? (isEmpty ? "empty" : undefined) };
}

interface Draft {
  bubbles: string[];
  tokens: number;
  /** Whether parts were told of a bubble that is not whole. */
  hasOpenBubble: boolean;
}

type End = Pick<Candidate, "ending"> & { failure?: Failure | undefined };

async function* readInto(
  draft: Draft,
  ids: AsyncIterable<number> | Iterable<number>,
  reading: CandidateReading,
): AsyncGenerator<CandidateEvent, End> {
  const { reader, maxTokens, signal } = reading;
  const loops = new LoopWatch();
  for await (const id of ids) {
    if (signal.aborted) break;
    draft.tokens++;
    const end = yield* readEvents(draft, reader.push(id), reading);
    if (end !== undefined) return end;
    if (loops.hasLoop(id)) return { ending: "cut-off", failure: "repetition" };
    // Counted here too: an engine is another program that may not count.
    if (draft.tokens >= maxTokens) break;
  }
  if (signal.aborted) return { ending: "stopped" };
  // An engine that gives up before the limit was refused all that it drew.
  if (draft.tokens < maxTokens && reading.maySay !== undefined) return { ending: "cut-off", failure: "copy" };
  return (yield* readEvents(draft, reader.end(), reading)) ?? { ending: "cut-off" };
}

/** Tells of what was read; how the candidate ends, where it does. */
function* readEvents(
  draft: Draft,
  events: ReplyEvent[],
  { filter, before }: CandidateReading,
): Generator<CandidateEvent, End | undefined> {
  for (const event of events) {
    if (event.type === "turn-end") return { ending: "turn-end" };
    if (event.type === "bubble-end") {
      const failure = filter(event.bubble, [...before, ...draft.bubbles]);
      if (failure !== undefined) return { ending: "cut-off", failure };
      draft.bubbles.push(event.bubble);
    }
    draft.hasOpenBubble = event.type === "bubble-delta";
    yield event;
  }
  return undefined;
}

/** Notices when a candidate needs no further id: its turn has ended, or it goes round in circles. */
export class EndWatch {
  readonly #reader: IdReader;
  readonly #loops = new LoopWatch();
  #read = 0;
  #isOver = false;

  constructor(reader: IdReader) {
    this.#reader = reader;
  }

  /** @param ids All so far: only those that are new are read. */
  isOver(ids: number[]): boolean {
    for (const id of ids.slice(this.#read)) {
      const hasEnded = this.#reader.push(id).some(({ type }) => type === "turn-end");
      if (this.#loops.hasLoop(id) || hasEnded) this.#isOver = true;
    }
    this.#read = ids.length;
    return this.#isOver;
  }
}

/** Ids that a loop is looked for in, and that make one: a line of one emoji has some sixty. */
const longestPeriod = 24;
const leastLoop = 72;
const leastRounds = 4;

/** Notices a model that draws the same ids over and over: it would do so up to the limit, and for every candidate. */
class LoopWatch {
  readonly #last: number[] = [];
  /** For each period, how many ids in a row were the same as the one so far back. */
  readonly #same = new Array<number>(longestPeriod + 1).fill(0);

  hasLoop(id: number): boolean {
    for (let period = 1; period <= longestPeriod; period++) {
      const isSame = this.#last.at(-period) === id;
      this.#same[period] = isSame ? (this.#same[period] as number) + 1 : 0;
    }
    this.#last.push(id);
    if (this.#last.length > longestPeriod) this.#last.shift();
    return this.#same.some((same, period) => same >= Math.max(leastLoop, (leastRounds - 1) * period));
  }
}
