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
  ids: AsyncIterable<number>,
  reading: CandidateReading,
): AsyncGenerator<CandidateEvent, Candidate> {
  const reader = new CandidateReader(reading);
  for await (const id of ids) {
    if (reading.signal.aborted) break;
    yield* reader.push(id);
    if (reader.isOver) break;
  }
  yield* reader.finish();
  return reader.candidate;
}

type End = Pick<Candidate, "ending"> & { failure?: Failure | undefined };

/** Reads a candidate id by id. */
export class CandidateReader {
  readonly #reading: CandidateReading;
  readonly #loops = new LoopWatch();
  readonly #bubbles: string[] = [];
  #tokens = 0;
  /** Whether parts were told of a bubble that is not whole. */
  #hasOpenBubble = false;
  #end: End | undefined;

  constructor(reading: CandidateReading) {
    this.#reading = reading;
  }

  /** Whether it needs no further id. */
  get isOver(): boolean {
    // Counted here too: an engine is another program that may not count.
    return this.#end !== undefined || this.#tokens >= this.#reading.maxTokens;
  }

  /** What is to be told of its next id. */
  *push(id: number): Generator<CandidateEvent> {
    this.#tokens++;
    yield* this.#take(this.#reading.reader.push(id));
    if (this.#loops.hasLoop(id)) this.#end ??= { ending: "cut-off", failure: "repetition" };
  }

  /** What is to be told where no further id comes. */
  *finish(): Generator<CandidateEvent> {
    const { signal, maxTokens, maySay, reader } = this.#reading;
    if (signal.aborted) this.#end ??= { ending: "stopped" };
    // An engine that gives up before the limit was refused all that it drew.
    else if (this.#tokens < maxTokens && maySay !== undefined)
      this.#end ??= { ending: "cut-off", failure: "copy" };
    if (this.#end === undefined) yield* this.#take(reader.end());
    if (this.#hasOpenBubble) yield { type: "taken-back" };
  }

  /** What became of it, once it is finished. */
  get candidate(): Candidate {
    const { ending, failure } = this.#end ?? { ending: "cut-off" };
    const [bubbles, tokens] = [this.#bubbles, this.#tokens];
    const isEmpty = bubbles.length === 0 && ending !== "stopped";
    return { bubbles, tokens, ending, failure: failure ?? (isEmpty ? "empty" : undefined) };
  }

  /** Tells of what was read, up to where the candidate ends. */
  *#take(events: ReplyEvent[]): Generator<CandidateEvent> {
    const { filter, before } = this.#reading;
    for (const event of events) {
      if (event.type === "turn-end") {
        this.#end = { ending: "turn-end" };
        return;
      }
      if (event.type === "bubble-end") {
        const failure = filter(event.bubble, [...before, ...this.#bubbles]);
        if (failure !== undefined) {
          this.#end = { ending: "cut-off", failure };
          return;
        }
        this.#bubbles.push(event.bubble);
      }
      this.#hasOpenBubble = event.type === "bubble-delta";
      yield event;
    }
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
