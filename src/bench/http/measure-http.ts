import { setTimeout as wait } from "node:timers/promises";
import { builtInTokenizerDirectory, loadTokenizer, type Tokenizer } from "../../tokenizer/index.ts";
import { median } from "../measure.ts";
import { InstantEngine } from "./instant-engine.ts";

/** Serves what an engine draws, as `persona serve` does. */
export type ServeEngine = (
  engine: InstantEngine,
  options: { tokenizer: Tokenizer; atOnce: number },
) => Promise<{ address: string; close(): Promise<void> }>;

interface Asked {
  requests: number;
  tokens: number;
  clients: number;
  seconds: number;
}

/** What one request costs over what the engine takes; processor time is of server and client together. */
interface Overhead {
  what: string;
  medianMs: number;
  slowestOf20Ms: number;
  cpuMs: number;
}

interface HttpFigures {
  tokens: number;
  overheads: Overhead[];
  idle: { clients: number; seconds: number; shareOfCore: number };
}

export async function measureHttp(asked: Asked, serve: ServeEngine): Promise<HttpFigures> {
  const tokenizer = await loadTokenizer(builtInTokenizerDirectory);
  // The same words over and over may not be said.
  const ids = tokenizer.encode(Array.from({ length: 400 }, (_, index) => ` word${index}`).join(""));
  const quick = await serve(new InstantEngine(ids), { tokenizer, atOnce: 4 });
  const overheads = await measureOverheads(asked, quick.address).finally(() => quick.close());
  const silent = await serve(new InstantEngine(ids, { isSilent: true }), {
    tokenizer,
    atOnce: asked.clients,
  });
  const idle = await measureIdle(asked, silent.address).finally(() => silent.close());
  return { tokens: asked.tokens, overheads, idle };
}

async function measureOverheads({ requests, tokens }: Asked, address: string): Promise<Overhead[]> {
  const prompt = { prompt: "hello there", max_tokens: tokens };
  const messages = { messages: [{ role: "user", content: "hello there" }], max_tokens: tokens };
  const ways: [what: string, path: string, body: object][] = [
    ["completion", "/v1/completions", prompt],
    ["completion, streamed", "/v1/completions", { ...prompt, stream: true }],
    ["chat", "/v1/chat/completions", messages],
    ["chat, streamed", "/v1/chat/completions", { ...messages, stream: true }],
    [
      "response, streamed",
      "/v1/responses",
      { input: "hello there", max_output_tokens: tokens, stream: true },
    ],
  ];
  const overheads: Overhead[] = [];
  for (const [what, path, body] of ways) {
    const ask = () => post(`${address}${path}`, body).then((response) => response.text());
    for (let warming = 0; warming < requests / 10; warming++) await ask();
    const times: number[] = [];
    const before = process.cpuUsage();
    for (let request = 0; request < requests; request++) {
      const startedAt = performance.now();
      await ask();
      times.push(performance.now() - startedAt);
    }
    const slowestFirst = times.toSorted((one, other) => other - one);
    overheads.push({
      what,
      medianMs: median(times),
      slowestOf20Ms: slowestFirst[Math.floor(times.length / 20)] as number,
      cpuMs: cpuMsSince(before) / requests,
    });
  }
  return overheads;
}

/** Clients that wait for the first words of a stream. */
async function measureIdle({ clients, seconds }: Asked, address: string): Promise<HttpFigures["idle"]> {
  const leaving = new AbortController();
  const body = { messages: [{ role: "user", content: "hello there" }], stream: true };
  const streams = Array.from({ length: clients }, async () => {
    const response = await post(`${address}/v1/chat/completions`, body, leaving.signal);
    return { reading: response.text().catch(() => undefined) };
  });
  try {
    await Promise.all(streams);
    await wait(1000);
    const [before, startedAt] = [process.cpuUsage(), performance.now()];
    await wait(seconds * 1000);
    return { clients, seconds, shareOfCore: cpuMsSince(before) / (performance.now() - startedAt) };
  } finally {
    leaving.abort();
    for (const stream of await Promise.allSettled(streams))
      if (stream.status === "fulfilled") await stream.value.reading;
  }
}

/** @throws {Error} for anything but an answer: how fast a server refuses is not what is measured. */
async function post(address: string, body: object, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
  if (response.ok) return response;
  throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
