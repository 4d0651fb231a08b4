import type { Engine, GenerateOptions } from "../engines/index.ts";
import {
  type Candidate,
  type CandidateEvent,
  type CandidateReading,
  EndWatch,
  readCandidate,
} from "./candidates.ts";
import { outcomeOf, type ReplyOutcome, TokenClock } from "./outcome.ts";
import { chooseCandidate, type RankedCandidate, type Ranking } from "./ranking.ts";

/** One reply that is to be drawn. */
interface Draws {
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
  const best = await chooseCandidate(passing, ranking, scoreAlone);
  for (const bubble of best?.bubbles ?? []) yield { type: "bubble-end", bubble };
  const tried = ranked.map(({ candidate }) => candidate);
  return outcomeOf(tried, best, clock);
}

async function drawAll(draws: Draws, clock: TokenClock): Promise<RankedCandidate[]> {
  const { engine, prompt, drawing, seeds, newReading } = draws;
  const readings = seeds.map(newReading);
  const ends = seeds.map(() => new EndWatch(newReading().reader));
  const continuations = await engine.generateSeveral(prompt, {
    ...drawing,
    seeds,
    ...(readings.some(({ maySay }) => maySay) && {
      maySay: (id, index) => readings[index]?.maySay?.(id) ?? true,
    }),
    isOver(ids, index) {
      clock.count();
      return ends[index]?.isOver(ids) ?? true;
    },
  });
  const candidates = continuations.map(async (continuation, index) => ({
    candidate: await readWhole(continuation.ids, { ...drawing, ...(readings[index] as OpenReading) }),
    continuation,
  }));
  return Promise.all(candidates);
}

async function readWhole(ids: number[], reading: CandidateReading): Promise<Candidate> {
  const events = readCandidate(ids, reading);
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

function barring({ maySay }: OpenReading): Pick<GenerateOptions, "maySay"> {
  return maySay === undefined ? {} : { maySay };
}
