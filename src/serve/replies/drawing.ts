import type { Engine, GenerateOptions } from "../engines/index.ts";
import {
  type Candidate,
  type CandidateEvent,
  CandidateReader,
  type CandidateReading,
  readCandidate,
} from "./candidates.ts";
import { outcomeOf, type ReplyOutcome, TokenClock } from "./outcome.ts";
import { chooseCandidate, type RankedCandidate, type Ranking } from "./ranking.ts";

/** One reply that is to be drawn. */
export interface Draws {
  engine: Engine;
  prompt: number[];
  drawing: Omit<GenerateOptions, "seed" | "maySay">;
  /** One for each candidate, at most. */
  seeds: number[];
  ranking: "first" | Ranking;
  /** Begins to read another candidate. */
  newReading(): OpenReading;
  /** The prompt of a conversation in which nothing was said. */
  promptAlone: number[];
}

/** One that can begin at once. */
type OpenReading = Omit<CandidateReading, "maxTokens" | "signal">;

/** Says one of several candidates that are drawn: the first that may be said, or the best. */
export function sayOne(draws: Draws): AsyncGenerator<CandidateEvent, ReplyOutcome> {
  return draws.ranking === "first" ? sayFirst(draws) : sayBest(draws, draws.ranking);
}

/** One is drawn at a time and told as it comes; another only where no bubble of it may be said. */
async function* sayFirst(draws: Draws): AsyncGenerator<CandidateEvent, ReplyOutcome> {
  const { engine, prompt, drawing } = draws;
  const clock = new TokenClock();
  const tried: Candidate[] = [];
  for (const seed of draws.seeds) {
    if (drawing.signal.aborted) break;
    const reading = draws.newReading();
    const ids = engine.generate(prompt, { ...drawing, seed, ...barring(reading) });
    const candidate = yield* readCandidate(clock.watch(ids), { ...drawing, ...reading });
    tried.push(candidate);
    if (candidate.bubbles.length > 0) return outcomeOf(tried, candidate, clock);
  }
  return outcomeOf(tried, undefined, clock);
}

/** All are drawn together, and the best is told when it is known. */
async function* sayBest(draws: Draws, ranking: Ranking): AsyncGenerator<CandidateEvent, ReplyOutcome> {
  const { engine, drawing, promptAlone } = draws;
  const { signal } = drawing;
  const clock = new TokenClock();
  const ranked = await drawAll(draws, clock);
  const passing = ranked.filter(({ candidate }) => candidate.bubbles.length > 0);
  const scoreAlone = (ids: number[]) => engine.score(promptAlone, ids, { signal });
  const best = signal.aborted ? undefined : await chooseCandidate(passing, ranking, scoreAlone);
  for (const bubble of best?.bubbles ?? []) yield { type: "bubble-end", bubble };
  const tried = ranked.map(({ candidate }) => candidate);
  return outcomeOf(tried, best, clock);
}

/** Something of one of several candidates: of the seed with that index. */
export type CandidateEventOf = CandidateEvent & { index: number };

/** Draws a candidate by each seed, all together, and tells of each as it comes. */
export async function* drawEach(draws: Draws): AsyncGenerator<CandidateEventOf, ReplyOutcome> {
  const clock = new TokenClock();
  let tell: (event: CandidateEventOf) => void = () => {};
  let drawing: Promise<RankedCandidate[]> = Promise.resolve([]);
  const events = new ReadableStream<CandidateEventOf>({
    start(controller) {
      tell = (event) => controller.enqueue(event);
      drawing = drawAll(draws, clock, (event) => tell(event));
      drawing.then(
        () => controller.close(),
        (error) => controller.error(error),
      );
    },
    cancel() {
      tell = () => {};
    },
  });
  for await (const event of events) yield event;
  const tried = (await drawing).map(({ candidate }) => candidate);
  return outcomeOf(
    tried,
    tried.find(({ bubbles }) => bubbles.length > 0),
    clock,
  );
}

async function drawAll(
  { engine, prompt, drawing, seeds, newReading }: Draws,
  clock: TokenClock,
  tell: (event: CandidateEventOf) => void = () => {},
): Promise<RankedCandidate[]> {
  const readings = seeds.map(newReading);
  const readers = readings.map((reading) => new CandidateReader({ ...drawing, ...reading }));
  const tellAll = (events: Iterable<CandidateEvent>, index: number) => {
    for (const event of events) tell({ ...event, index });
  };
  const read = seeds.map(() => 0);
  const readOn = (ids: number[], index: number) => {
    const reader = readers[index] as CandidateReader;
    for (const id of ids.slice(read[index])) if (!reader.isOver) tellAll(reader.push(id), index);
    read[index] = ids.length;
    return reader.isOver;
  };
  const continuations = await engine.generateSeveral(prompt, {
    ...drawing,
    seeds,
    ...(readings.some(({ maySay }) => maySay) && {
      maySay: (id, index) => readings[index]?.maySay?.(id) ?? true,
    }),
    isOver(ids, index) {
      clock.count();
      return readOn(ids, index);
    },
  });
  return continuations.map((continuation, index) => {
    const reader = readers[index] as CandidateReader;
    readOn(continuation.ids, index);
    tellAll(reader.finish(), index);
    return { candidate: reader.candidate, continuation };
  });
}

function barring({ maySay }: OpenReading): Pick<GenerateOptions, "maySay"> {
  return maySay === undefined ? {} : { maySay };
}
