import type { ReplyOutcome } from "../../../serve/index.ts";
import { formatCount, formatPlural } from "../../../terminal.ts";

/** What a conversation's replies took, and why candidates of them were not said. */
export class ReplyFigures {
  #outcomes: ReplyOutcome[] = [];

  add(outcome: ReplyOutcome): void {
    this.#outcomes.push(outcome);
  }

  /** Lines for people. */
  describe(): string[] {
    const last = this.#outcomes.at(-1);
    if (last === undefined) return ["Nothing was said yet."];
    const tokens = this.#outcomes.reduce((sum, outcome) => sum + outcome.tokens, 0);
    const replies = formatPlural(this.#outcomes.length, "reply", "replies");
    return [
      `Last reply: ${describeSpeed(last)}.`,
      `So far: ${replies} of ${formatPlural(tokens, "token")}. ${this.#describeFailures()}`,
    ];
  }

  #describeFailures(): string {
    const candidates = this.#outcomes.flatMap((outcome) => outcome.candidates);
    const failures = describeFailures(candidates);
    return failures === ""
      ? "No candidate was thrown away."
      : `Of ${formatPlural(candidates.length, "candidate")}, not all may be said: ${failures}.`;
  }
}

/** `first token after 120 ms, 34.2 tokens/s, 18 tokens, 2 candidates`. */
function describeSpeed({ firstTokenMs, tokensPerSecond, tokens, candidates }: ReplyOutcome): string {
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
function describeFailures(candidates: ReplyOutcome["candidates"]): string {
  const counts = new Map<string, number>();
  for (const { failure } of candidates)
    if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return [...counts].map(([failure, count]) => `${count} × ${failure.replace("-", " ")}`).join(", ");
}
