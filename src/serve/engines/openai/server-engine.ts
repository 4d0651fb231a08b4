import type { Tokenizer } from "../../../tokenizer/index.ts";
import type {
  Continuation,
  Engine,
  GenerateOptions,
  ReadOptions,
  SeveralOptions,
  WeighedId,
} from "../engine.ts";
import { maxContext } from "../limits.ts";
import { checkContext, checkIds, checkTokenizer, findDialect } from "./connect.ts";
import type { Dialect } from "./dialect.ts";
import { Drawing, idsOf } from "./drawing.ts";
import { askFor, isReadableOnTheWay, readAs, type Server, serverAt } from "./requests.ts";

interface ServerOptions {
  tokenizer: Tokenizer;
  /** Which of the server's models; without it, the only one. */
  model?: string | undefined;
  key?: string | undefined;
  /** A server that says nothing for so long is given up. */
  patienceMs?: number;
  /** Told of what the owner should know, and what does not keep the server from answering. */
  warn?: (line: string) => void;
}

/** A server of completions, such as llama-server or vLLM, that is spoken to by token ids. */
export async function openServerEngine(
  address: string,
  { tokenizer, model: wanted, warn = () => {}, ...options }: ServerOptions,
): Promise<Engine> {
  const server = serverAt(address, options);
  if (isReadableOnTheWay(server)) {
    warn(`What friends write goes to ${server.address} unencrypted: whoever carries it there can read it.`);
  }
  const [dialect, model] = await findDialect(server, wanted);
  await checkTokenizer(server, dialect, model, tokenizer);
  checkContext(server, dialect);
  await checkIds(server, dialect, tokenizer.encode("\n"));
  const engine = new ServerEngine(server, dialect, tokenizer);
  if (!(await engine.canScore())) {
    warn(
      `${engine.about} cannot tell how likely a given answer is: a ranking that needs to know falls back on another.`,
    );
  }
  return engine;
}

class ServerEngine implements Engine {
  readonly contextLength: number;
  readonly about: string;
  readonly #server: Server;
  readonly #dialect: Dialect;
  readonly #tokenizer: Tokenizer;
  readonly #drawing: Drawing;
  #scores: boolean;

  constructor(server: Server, dialect: Dialect, tokenizer: Tokenizer) {
    this.contextLength = Math.min(dialect.contextLength, maxContext);
    this.about = `${dialect.name} at ${server.address}`;
    this.#server = server;
    this.#dialect = dialect;
    this.#tokenizer = tokenizer;
    this.#drawing = new Drawing(server, dialect, tokenizer);
    this.#scores = dialect.bodyOfScore !== undefined;
  }

  /** Tries it once: a server of a kind that can may have been told not to. */
  async canScore(): Promise<boolean> {
    const [first = 0, ...others] = this.#tokenizer.encode("a b");
    this.#scores = (await this.score([first], others).catch(() => undefined)) !== undefined;
    return this.#scores;
  }

  async *generate(prompt: number[], options: GenerateOptions): AsyncGenerator<number> {
    for await (const { id } of this.#drawing.one(prompt, options)) yield id;
  }

  async generateSeveral(prompt: number[], options: SeveralOptions): Promise<Continuation[]> {
    const requests = inRequests(options.seeds, this.#dialect.maxCount);
    const drawn = await Promise.all(
      requests.map(({ start, count }) => this.#drawing.together(prompt, options, start, count)),
    );
    return drawn.flat().map((steps) => ({
      ids: idsOf(steps),
      logProbabilities: allOrNothing(steps.map(({ logProbability }) => logProbability)),
    }));
  }

  async score(
    prompt: number[],
    continuation: number[],
    { signal }: ReadOptions = {},
  ): Promise<number[] | undefined> {
    const { bodyOfScore, scoreOf, path } = this.#dialect;
    if (!this.#scores || bodyOfScore === undefined || scoreOf === undefined) return undefined;
    if (continuation.length === 0) return [];
    const ids = [...prompt, ...continuation];
    const answer = await askFor(this.#server, { path, body: bodyOfScore(ids), signal });
    return readAs(this.#server, () => scoreOf(answer, ids))?.slice(-continuation.length);
  }

  /** What else was likely, no server is asked. */
  async weigh(
    prompt: number[],
    continuation: number[],
    likeliest: number,
    options?: ReadOptions,
  ): Promise<WeighedId[] | undefined> {
    if (likeliest > 0) return undefined;
    const scores = await this.score(prompt, continuation, options);
    return scores?.map((logProbability, index) => ({
      id: continuation[index] as number,
      logProbability,
      likeliest: [],
    }));
  }

  async nextProbabilities(
    prompt: number[],
    ids: number[],
    { signal }: ReadOptions = {},
  ): Promise<number[] | undefined> {
    const { bodyOfNext, nextOf, path } = this.#dialect;
    const answer = await askFor(this.#server, { path, body: bodyOfNext(prompt), signal });
    const known = readAs(this.#server, () => nextOf(answer));
    const told = await Promise.all(ids.map((id) => known.get(id) ?? this.#rareNext(prompt, id, signal)));
    return allOrNothing(told)?.map(Math.exp);
  }

  /**
   * The log-probability of an id that is not among the likeliest: it is made certain and drawn, for servers tell how
   * likely a drawn id was before anything was added.
   */
  async #rareNext(prompt: number[], id: number, signal?: AbortSignal): Promise<number | undefined> {
    const bias = new Map([[id, Number.POSITIVE_INFINITY]]);
    const greedy = { prompt, bias, temperature: 0, topP: 1, minP: 0, seed: 0, maxTokens: 1, count: 1 };
    for await (const part of this.#drawing.ask({ ...greedy, wantsLogProbabilities: true }, signal)) {
      return part.ids[0] === id ? part.logProbabilities?.[0] : undefined;
    }
    return undefined;
  }

  /** What a server keeps of a conversation is the server's: it drops the oldest when it needs the room. */
  forget(): void {}

  async close(): Promise<void> {}
}

/** Seeds that follow each other go into one request: a server makes the later ones of it in the same way. */
function inRequests(seeds: number[], maxCount: number): { start: number; count: number }[] {
  const requests: { start: number; count: number }[] = [];
  for (const [index, seed] of seeds.entries()) {
    const last = requests.at(-1);
    const follows = last !== undefined && seed === (seeds[last.start] as number) + last.count;
    if (follows && last.count < maxCount) last.count++;
    else requests.push({ start: index, count: 1 });
  }
  return requests;
}

function allOrNothing(values: (number | undefined)[]): number[] | undefined {
  return values.every((value) => value !== undefined) ? values : undefined;
}
