import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { Tokenizer } from "../../src/tokenizer/index.ts";
import { type Asked, llamaServerAnswers } from "./llama-server.ts";
import { vllmAnswers } from "./vllm.ts";

/** What comes after some ids, the likeliest first, each with its probability. */
export type ToyModel = (ids: number[]) => [id: number, probability: number][];

export interface Settings {
  tokenizer: Tokenizer;
  model: ToyModel;
  kind?: "llama-server" | "vllm";
  /** Ids of a conversation. */
  context?: number;
  slots?: number;
  vocabulary?: number;
  models?: string[];
  key?: string;
  /** As of a tokeniser of another model. */
  tokenize?: (text: string) => number[];
  /** Says what was drawn in words alone, as most servers do. */
  givesIds?: boolean;
  /** Answers every completion with this. */
  refusal?: { status: number; body: string; headers?: Record<string, string> };
  /** Ends the connection after so many events. */
  breaksOffAfter?: number;
  /** Goes on for ever where it streams, whatever limit was asked for. */
  isEndless?: boolean;
  /** Never answers a completion. */
  isSilent?: boolean;
}

/** A small server of completions on a local port, until the test ends: what persona asks of llama-server or vLLM, and nothing more. */
export interface CompletionsServer {
  readonly address: string;
  /** The bodies of all requests for completions, in order. */
  readonly asked: Asked[];
  /** The headers of every request. */
  readonly headers: IncomingMessage["headers"][];
  /** How many completions were given up by whoever asked for them. */
  readonly givenUp: () => number;
  close(): Promise<void>;
}

export async function startCompletionsServer(settings: Settings): Promise<CompletionsServer> {
  const asked: Asked[] = [];
  const headers: IncomingMessage["headers"][] = [];
  let givenUp = 0;
  const kind = settings.kind === "vllm" ? vllmAnswers(settings) : llamaServerAnswers(settings);
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    headers.push(request.headers);
    const url = request.url ?? "";
    const body = request.method === "POST" ? ((await json(request)) as Asked) : undefined;
    if (settings.key !== undefined && request.headers.authorization !== `Bearer ${settings.key}`)
      return send(response, 401, { error: { message: "Invalid API Key" } });
    const told = kind.tell(url, body);
    if (told !== undefined) return send(response, 200, told);
    if (url !== kind.path || body === undefined)
      return send(response, 404, { error: { message: "Not Found" } });
    asked.push(body);
    const { refusal, isSilent } = settings;
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end(refusal.body);
    } else if (isSilent) {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    } else {
      const mistake = kind.mistakeIn(body);
      if (mistake !== undefined) send(response, 400, { error: { code: 400, message: mistake } });
      else if (body.stream) await stream(response, kind.events(body));
      else send(response, 200, kind.whole(body));
    }
  }

  async function stream(response: ServerResponse, events: Iterable<object>): Promise<void> {
    response.on("close", () => {
      if (!response.writableFinished) givenUp++;
    });
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": a comment keeps the connection alive\n\n");
    let count = 0;
    for (const event of events) {
      // One event a round, as they come from a model: whoever reads has time to give up.
      await setImmediate();
      if (response.destroyed) return;
      if (count++ === settings.breaksOffAfter) return void response.destroy();
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    }
    response.end(kind.ending);
  }

  async function close(): Promise<void> {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }

  onTestFinished(close);
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    givenUp: () => givenUp,
    close,
  };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/** What somebody is told who is refused, without ports. */
export async function problemOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (problem: unknown) => problem,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message, fix } = error as UserError;
  return `${message} ${fix}`.replace(/(127\.0\.0\.1):\d+/g, "$1");
}
