import type { Line } from "./line.ts";

const firstTokenBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const durationBuckets = [0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 300];
const speedBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** Counts and times of what is served, in the text format of Prometheus: nobody's words, and nobody's names. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #duration = new Histogram(durationBuckets);
  readonly #firstToken = new Histogram(firstTokenBuckets);
  readonly #speed = new Histogram(speedBuckets);
  #promptTokens = 0;
  #drawnTokens = 0;

  /** @param route Its pattern, never the path that somebody typed. */
  request(route: string, status: number, seconds: number): void {
    const key = `route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    this.#duration.add(seconds);
  }

  /** An answer began to come. */
  firstToken(seconds: number): void {
    this.#firstToken.add(seconds);
  }

  answer({ promptTokens, drawnTokens, seconds }: AnswerFigures): void {
    this.#promptTokens += promptTokens;
    this.#drawnTokens += drawnTokens;
    if (drawnTokens > 0 && seconds > 0) this.#speed.add(drawnTokens / seconds);
  }

  describe(line: Line): string {
    const requests = [...this.#requests].map(
      ([labels, count]) => `persona_requests_total{${labels}} ${count}`,
    );
    return `${[
      ...family("persona_requests_total", "counter", "Requests that were answered.", requests),
      ...this.#duration.describe(
        "persona_request_seconds",
        "Time from a request to its answer, or to the head of a streamed one.",
      ),
      ...this.#firstToken.describe("persona_first_token_seconds", "Time from a request to its first words."),
      ...this.#speed.describe("persona_tokens_per_second", "Tokens drawn a second, for each answer."),
      ...single("persona_prompt_tokens_total", "counter", "Tokens of prompts.", this.#promptTokens),
      ...single("persona_drawn_tokens_total", "counter", "Tokens that were drawn.", this.#drawnTokens),
      ...single("persona_answers_running", "gauge", "Answers that are being computed.", line.running),
      ...single("persona_answers_waiting", "gauge", "Requests that wait for their turn.", line.waiting),
    ].join("\n")}\n`;
  }
}

export interface AnswerFigures {
  promptTokens: number;
  drawnTokens: number;
  /** Of drawing alone. */
  seconds: number;
}

class Histogram {
  readonly #bounds: number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  add(value: number): void {
    this.#sum += value;
    this.#count++;
    for (const [index, bound] of this.#bounds.entries())
      if (value <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  describe(name: string, help: string): string[] {
    const buckets = this.#bounds.map((bound, at) => `${name}_bucket{le="${bound}"} ${this.#counts[at]}`);
    return family(name, "histogram", help, [
      ...buckets,
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
    ]);
  }
}

function single(name: string, kind: "counter" | "gauge", help: string, value: number): string[] {
  return family(name, kind, help, [`${name} ${value}`]);
}

function family(name: string, kind: string, help: string, lines: string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines];
}
