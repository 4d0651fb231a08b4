import type { Context } from "hono";
import { type EventStream, eventStream } from "./event-stream.ts";
import { bodyOf, problemOf } from "./problems.ts";
import { modelFor, type Service } from "./service.ts";
import type { AnswerFigures, Job, Ticket } from "./traffic/index.ts";

/** What the computing of an answer is told, and tells. */
export interface Computing {
  /** Id of the run that answers: another one may have been chosen while the request waited. */
  run: string;
  /** Raised when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** The first of its words are there. */
  begun(): void;
  /** All of them are. */
  drawn(figures: Pick<AnswerFigures, "promptTokens" | "drawnTokens">): void;
}

interface ComputeOptions {
  /** The model that was asked for. */
  model: string | null | undefined;
  headers: Record<string, string>;
  /** Told of what should not have happened. */
  onMistake(error: unknown): void;
}

/** Answers with one JSON value, once it is this request's turn. */
export async function answerWhole(
  context: Context,
  service: Service,
  { model, headers }: ComputeOptions,
  work: (computing: Computing) => Promise<unknown>,
): Promise<Response> {
  const begun = begin(context, service);
  try {
    const value = await inTurn(begun, { service, model }, work);
    return Response.json(value, { headers });
  } finally {
    end(begun);
  }
}

/** Answers with events. Whoever waits for their turn has the answer's head already, so that no proxy gives up. */
export function answerStreamed(
  context: Context,
  service: Service,
  { model, headers, onMistake }: ComputeOptions,
  work: (stream: EventStream, computing: Computing) => Promise<void>,
): Response {
  const begun = begin(context, service);
  return eventStream(headers, async (stream) => {
    try {
      await inTurn(begun, { service, model }, (computing) => work(stream, computing));
    } catch (error) {
      stream.send(bodyOf(problemOf(error, onMistake)));
    } finally {
      end(begun);
    }
  });
}

interface Begun {
  ticket: Ticket;
  job: Job;
  startedAt: number;
}

/** @throws {ApiProblem} where too many wait already, or the server is being stopped. */
function begin(context: Context, { line, jobs }: Service): Begun {
  const ticket = line.join();
  try {
    return { ticket, job: jobs.begin(context.req.raw.signal), startedAt: performance.now() };
  } catch (error) {
    ticket.leave();
    throw error;
  }
}

function end({ ticket, job }: Begun): void {
  ticket.leave();
  job.end();
}

async function inTurn<T>(
  { ticket, job: { signal }, startedAt }: Begun,
  { service, model }: { service: Service; model: ComputeOptions["model"] },
  work: (computing: Computing) => Promise<T>,
): Promise<T> {
  await orAborted(ticket.turn, signal);
  signal.throwIfAborted();
  const { metrics } = service;
  const turnAt = performance.now();
  let hasBegun = false;
  const value = await work({
    run: modelFor(service, model),
    signal,
    begun() {
      if (!hasBegun) metrics.firstToken((performance.now() - startedAt) / 1000);
      hasBegun = true;
    },
    drawn: (figures) => metrics.answer({ ...figures, seconds: (performance.now() - turnAt) / 1000 }),
  });
  signal.throwIfAborted();
  return value;
}

function orAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    void turn.then(resolve);
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
