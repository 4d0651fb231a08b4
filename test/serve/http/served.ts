import { pino } from "pino";
import { onTestFinished } from "vitest";
import { type HttpServer, type ServerOptions, startServer } from "../../../src/serve/http/index.ts";
import type { Persona } from "../../../src/serve/index.ts";
import { idsOf, personaWith, type Script, ScriptedEngine, textOf } from "../scripted-engine.ts";

export const run = "3f2a9c1d07";

export interface Served extends HttpServer {
  engine: ScriptedEngine;
  persona: Persona;
  /** What the log was told. */
  log: string[];
}

type Options = Partial<Omit<ServerOptions, "answering">> & {
  engine?: ScriptedEngine;
  answering?: Partial<ServerOptions["answering"]>;
  persona?: (engine: ScriptedEngine) => Persona;
};

/** An engine that knows how likely everything is: less likely with every id. */
export function enginesWith(script: Script): ScriptedEngine {
  const likelihoods = { inContext: (id: number) => -id / 50_000, alone: (id: number) => -id / 50_000 };
  return new ScriptedEngine(script, { likelihoods });
}

/** A persona over HTTP on a free port, until the test ends. By default it says again what it was told last, in two bubbles. */
export async function serve({
  engine = echoing(),
  persona = personaWith,
  ...options
}: Options = {}): Promise<Served> {
  const log: string[] = [];
  const speaking = persona(engine);
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    token: undefined,
    allowedHosts: [],
    allowedOrigins: [],
    atOnce: 4,
    waiting: 128,
    log: pino({ base: null }, { write: (line: string) => void log.push(line) }),
    ...options,
    answering: {
      persona: speaking,
      run: () => run,
      openMask: () => undefined,
      labelOf: (name) => (name === "Ben Ito" || name === "184405311681986560" ? "Ben Ito" : undefined),
      as: undefined,
      ...options.answering,
    },
  });
  onTestFinished(() => server.close());
  return { ...server, address: server.address, engine, persona: speaking, log };
}

export function echoing(): ScriptedEngine {
  return enginesWith((_, prompt) => {
    const lines = textOf(prompt)
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "");
    return idsOf(`you said ${lines.at(-2)}`, "right?");
  });
}

/** Posts JSON, or text as it stands. */
export function post(address: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${address}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
}

/** The words of each answer in the body of a chat's completion. */
export async function saidIn(response: Response): Promise<string[]> {
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return choices.map(({ message }) => message.content);
}
