import { formatCount, formatPlural } from "../../terminal.ts";
import type { ReplyOutcome } from "./outcome.ts";

/** Replies whose times are looked at; a bot that is on for months keeps no more. */
const mostTimes = 1000;

/** What replies took, and why candidates of them were not said. */
export class ReplyFigures {
  #last: ReplyOutcome | undefined;
  #replies = 0;
  #tokens = 0;
  #candidates = 0;
  readonly #failures = new Map<string, number>();
  readonly #firstTokenMs: number[] = [];

  add(outcome: ReplyOutcome): void {
    this.#last = outcome;
    this.#replies++;
    this.#tokens += outcome.tokens;
    this.#candidates += outcome.candidates.length;
    countFailures(outcome.candidates, this.#failures);
    if (outcome.firstTokenMs === undefined) return;
    this.#firstTokenMs.push(outcome.firstTokenMs);
    if (this.#firstTokenMs.length > mostTimes) this.#firstTokenMs.shift();
  }

  /** Lines for people. */
  describe(): string[] {
    if (this.#last === undefined) return ["Nothing was said yet."];
    const replies = formatPlural(this.#replies, "reply", "replies");
    return [
      `Last reply: ${describeSpeed(this.#last)}.`,
      `So far: ${replies} of ${formatPlural(this.#tokens, "token")}${this.#describeMedian()}. ${this.#describeFailures()}`,
    ];
  }

  #describeMedian(): string {
    const sorted = this.#firstTokenMs.toSorted((a, b) => a - b);
    const median = sorted[sorted.length >> 1];
    return median === undefined || sorted.length < 2
      ? ""
      : `, the first after ${formatCount(median)} ms in the median`;
  }

  #describeFailures(): string {
    const failures = listFailures(this.#failures);
    return failures === ""
      ? "No candidate was thrown away."
      : `Of ${formatPlural(this.#candidates, "candidate")}, not all may be said: ${failures}.`;
  }
}

/** `first token after 120 ms, 34.2 tokens/s, 18 tokens, 2 candidates`. */
export function describeSpeed({ firstTokenMs, tokensPerSecond, tokens, candidates }: ReplyOutcome): string {
  return [
    firstTokenMs === undefined ? undefined : `first token after ${formatCount(firstTokenMs)} ms`,
    tokensPerSecond === undefined ? undefined : `${tokensPerSecond.toFixed(1)} tokens/s`,
    formatPlural(tokens, "token"),
    formatPlural(candidates.length, "candidate"),
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}

/** What people want to know of a reply that is not as usual. */
export function unusualIn({ ending, candidates }: ReplyOutcome, name: string): string | undefined {
  if (ending === "silent") return `${name} has nothing to say to that.`;
  if (ending === "refused") return `${name} has nothing that may be said: ${describeFailures(candidates)}.`;
  if (ending === "resting") return `${name} is learning, and answers once the run is through.`;
  return ending === "stopped" ? "Stopped." : undefined;
}

/** `2 × repetition, 1 × placeholder`; nothing where all may be said. */
export function describeFailures(candidates: ReplyOutcome["candidates"]): string {
  const counts = new Map<string, number>();
  countFailures(candidates, counts);
  return listFailures(counts);
}

function countFailures(candidates: ReplyOutcome["candidates"], counts: Map<string, number>): void {
  for (const { failure } of candidates)
    if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
}

function listFailures(counts: Map<string, number>): string {
  return [...counts].map(([failure, count]) => `${count} × ${failure.replace("-", " ")}`).join(", ");
}
