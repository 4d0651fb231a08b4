import { seededRandom } from "../inputs/index.ts";
import { median } from "../measure.ts";

/** What is measured of an engine. */
export interface MeasuredEngine {
  readonly about: string;
  generate(
    prompt: number[],
    options: {
      conversation: string;
      temperature: number;
      topP: number;
      minP: number;
      seed: number;
      maxTokens: number;
      signal: AbortSignal;
    },
  ): AsyncGenerator<number>;
  /** Computes with so many threads from now on. */
  setThreads(threads: number): void;
  close(): Promise<void>;
}

export type OpenEngine = (
  file: string,
  options: { conversations: number; gpu: "cpu" },
) => Promise<MeasuredEngine>;

/** Ids of any vocabulary that a base has. */
const vocabulary = 50_000;

/** Draws prompts and replies: as a persona draws them, and long enough whatever the weights. */
const drawing = { temperature: 1, topP: 0.95, minP: 0, seed: 1, signal: new AbortController().signal };

/** Milliseconds to the first id of a reply. */
export interface FirstToken {
  /** Nothing of the prompt was evaluated before. */
  coldMs: number;
  /** The conversation goes on, with the reply and one more message. */
  warmMs: number;
}

export async function measureFirstToken(
  engine: MeasuredEngine,
  { promptLength, rounds }: { promptLength: number; rounds: number },
): Promise<FirstToken> {
  const measured: FirstToken[] = [];
  for (let round = 0; round < rounds; round++) {
    const prompt = randomIds(promptLength, round);
    const first = await untilFirst(engine, `first ${round}`, prompt);
    const next = [...prompt, ...first.ids, ...randomIds(20, 1000 + round)];
    const second = await untilFirst(engine, `first ${round}`, next);
    measured.push({ coldMs: first.ms, warmMs: second.ms });
  }
  return {
    coldMs: median(measured.map(({ coldMs }) => coldMs)),
    warmMs: median(measured.map(({ warmMs }) => warmMs)),
  };
}

async function untilFirst(
  engine: MeasuredEngine,
  conversation: string,
  prompt: number[],
): Promise<{ ms: number; ids: number[] }> {
  const startedAt = performance.now();
  let ms = 0;
  const ids: number[] = [];
  for await (const id of engine.generate(prompt, { ...drawing, conversation, maxTokens: 4 })) {
    ms ||= performance.now() - startedAt;
    ids.push(id);
  }
  return { ms, ids };
}

/** What several conversations get together when all of them are being answered. */
export interface Streams {
  conversations: number;
  tokensPerSecond: number;
  /** Share of the time in which JavaScript ran. */
  scriptShare: number;
  residentBytes: number;
}

/** Prompts are not counted: the time begins when every conversation has its first id. */
export async function measureStreams(
  engine: MeasuredEngine,
  {
    conversations,
    tokens,
    promptLength = 32,
  }: { conversations: number; tokens: number; promptLength?: number },
): Promise<Streams> {
  const replies = Array.from({ length: conversations }, (_, index) =>
    engine.generate(randomIds(promptLength, index), {
      ...drawing,
      conversation: `stream ${index}`,
      maxTokens: tokens + 1,
      seed: index,
    }),
  );
  await Promise.all(replies.map((reply) => reply.next()));
  const busyBefore = performance.eventLoopUtilization();
  const startedAt = performance.now();
  const counts = await Promise.all(replies.map(countIds));
  const seconds = (performance.now() - startedAt) / 1000;
  const { utilization } = performance.eventLoopUtilization(busyBefore);
  const drawn = counts.reduce((sum, count) => sum + count, 0);
  return {
    conversations,
    tokensPerSecond: drawn / seconds,
    scriptShare: utilization,
    residentBytes: process.memoryUsage.rss(),
  };
}

async function countIds(ids: AsyncIterable<number>): Promise<number> {
  let count = 0;
  for await (const _ of ids) count++;
  return count;
}

function randomIds(length: number, seed: number): number[] {
  const random = seededRandom(seed + 1);
  return Array.from({ length }, () => 1 + Math.floor(random() * vocabulary));
}
