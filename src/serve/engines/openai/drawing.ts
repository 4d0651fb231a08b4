import type { Tokenizer } from "../../../tokenizer/index.ts";
import type { GenerateOptions, SeveralOptions } from "../engine.ts";
import { maxTakenBack } from "../limits.ts";
import type { Dialect, DrawRequest, Part } from "./dialect.ts";
import { readEvents } from "./events.ts";
import { askFor, readAs, type Server } from "./requests.ts";
import { wholeIds } from "./whole-ids.ts";

/** One id of a continuation. */
interface Drawn {
  id: number;
  logProbability: number | undefined;
}

const noBias: ReadonlyMap<number, number> = new Map();

/** Draws continuations from a server. */
export class Drawing {
  readonly #server: Server;
  readonly #dialect: Dialect;
  readonly #tokenizer: Tokenizer;

  constructor(server: Server, dialect: Dialect, tokenizer: Tokenizer) {
    this.#server = server;
    this.#dialect = dialect;
    this.#tokenizer = tokenizer;
  }

  /**
   * Continues a prompt. A server cannot be asked of each id whether it may be said, so it is asked again, from before an
   * id that may not, with that id barred.
   */
  async *one(
    prompt: number[],
    { signal, maySay = () => true, ...options }: GenerateOptions,
    { said = [] as number[], refused = [] as number[], wantsLogProbabilities = false } = {},
  ): AsyncGenerator<Drawn> {
    const ids = [...said];
    let barred = refused;
    let takenBack = refused.length;
    while (ids.length < options.maxTokens && takenBack <= maxTakenBack && !signal.aborted) {
      const draw = {
        ...options,
        prompt: [...prompt, ...ids],
        // With one seed, what is drawn again would follow the same chances.
        seed: options.seed + ids.length,
        maxTokens: barred.length > 0 ? 1 : options.maxTokens - ids.length,
        bias: new Map(barred.map((id) => [id, -Infinity])),
        count: 1,
        wantsLogProbabilities,
      };
      const before = ids.length;
      let isRefused = false;
      for await (const drawn of this.#steps(draw, signal)) {
        isRefused = !maySay(drawn.id);
        barred = isRefused ? [...barred, drawn.id] : [];
        if (isRefused) break;
        ids.push(drawn.id);
        yield drawn;
        // Counted here too: not every server keeps to a limit.
        if (ids.length >= options.maxTokens) return;
      }
      if (isRefused) takenBack++;
      else if (ids.length - before < draw.maxTokens) return;
    }
  }

  /** Draws the continuations of seeds that follow each other in one request. */
  async together(
    prompt: number[],
    options: SeveralOptions,
    start: number,
    count: number,
  ): Promise<Drawn[][]> {
    const { seeds, isOver, maySay = () => true, ...others } = options;
    const seed = seeds[start] as number;
    const found = Array.from({ length: count }, () => [] as Drawn[]);
    const open = new Set(found.keys());
    const refused = new Map<number, number>();
    const draw = { ...others, prompt, seed, bias: noBias, count, wantsLogProbabilities: true };
    for await (const part of this.ask(draw, options.signal)) {
      const steps = found[part.index] ?? [];
      const index = start + part.index;
      for (const drawn of this.#stepsOf(part)) {
        if (!open.has(part.index)) break;
        const isAllowed = maySay(drawn.id, index);
        if (isAllowed) {
          steps.push(drawn);
          tell(options, drawn, index);
        } else refused.set(part.index, drawn.id);
        const isFull = steps.length >= others.maxTokens;
        if (!isAllowed || isFull || isOver(idsOf(steps), index)) open.delete(part.index);
      }
      if (open.size === 0) break;
    }
    const alone = [...refused].map(async ([index, id]) => {
      const own = { ...others, seed: seed + index, maySay: (next: number) => maySay(next, start + index) };
      await this.#goOn(prompt, own, found[index] ?? [], id, (ids, drawn) => {
        tell(options, drawn, start + index);
        return isOver(ids, start + index);
      });
    });
    await Promise.all(alone);
    return found;
  }

  /** Completes a continuation whose next id may not be said. */
  async #goOn(
    prompt: number[],
    options: GenerateOptions,
    steps: Drawn[],
    refused: number,
    isOver: (ids: number[], drawn: Drawn) => boolean,
  ): Promise<void> {
    const from = { said: idsOf(steps), refused: [refused], wantsLogProbabilities: true };
    for await (const drawn of this.one(prompt, options, from)) {
      steps.push(drawn);
      if (isOver(idsOf(steps), drawn)) return;
    }
  }

  async *#steps(draw: DrawRequest, signal: AbortSignal): AsyncGenerator<Drawn> {
    for await (const part of this.ask(draw, signal)) yield* this.#stepsOf(part);
  }

  #stepsOf(part: Part): Drawn[] {
    const ids = wholeIds(part, this.#tokenizer);
    const told = ids.length === part.ids.length ? part.logProbabilities : undefined;
    return ids.map((id, index) => ({ id, logProbability: told?.[index] }));
  }

  /** The parts of an answer as they come; none after the signal is raised. */
  async *ask(draw: DrawRequest, signal?: AbortSignal): AsyncGenerator<Part> {
    const { bodyOf, partsOf, path } = this.#dialect;
    const body = bodyOf(draw);
    // A single id is not streamed: llama-server would hold it back where it is a part of a character.
    const answers =
      draw.maxTokens === 1 ? this.#answer(body, signal) : readEvents(this.#server, { path, body, signal });
    for await (const answer of answers) yield* readAs(this.#server, () => partsOf(answer));
  }

  async *#answer(body: object, signal?: AbortSignal): AsyncGenerator<unknown> {
    try {
      yield await askFor(this.#server, {
        path: this.#dialect.path,
        body: { ...body, stream: false },
        signal,
      });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }
}

function tell({ onDrawn }: SeveralOptions, drawn: Drawn, index: number): void {
  onDrawn?.({ ...drawn, likeliest: [] }, index);
}

export function idsOf(steps: readonly Drawn[]): number[] {
  return steps.map(({ id }) => id);
}
