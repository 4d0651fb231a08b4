import { once } from "node:events";
import type { Server } from "node:http";
import { createServer, isIPv6, type Server as SocketServer } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { UserError } from "../../errors.ts";
import { isLoopback } from "./access/index.ts";
import { type AppOptions, createApp } from "./app.ts";
import type { Answering } from "./service.ts";
import { Jobs, Line, Metrics, Places } from "./traffic/index.ts";

export interface ServerOptions extends Omit<AppOptions, "service"> {
  answering: Answering;
  port: number;
  /** Answers that are computed at the same time. */
  atOnce: number;
  /** Requests that may wait for their turn. */
  waiting: number;
  /** A request that has not come whole within this time is given up. */
  requestTimeoutMs?: number;
  /** What is being answered when the server is stopped may take so long to end. */
  graceMs?: number;
}

export interface HttpServer {
  /** Where it is reached from this machine. */
  readonly address: string;
  /** Refuses what comes, gives what is being answered a few seconds, and ends. */
  close(): Promise<void>;
}

const usualRequestTimeoutMs = 30_000;
const longestHeadersMs = 10_000;
const checksInTimeout = 15;
const maxConnections = 1_000;
const usualGraceMs = 8_000;

/** Serves a persona to other programs until closed. */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const { host, port, token, answering, atOnce, waiting } = options;
  const { requestTimeoutMs = usualRequestTimeoutMs, graceMs = usualGraceMs } = options;
  refuseOpenDoor(host, token);
  const jobs = new Jobs();
  const service = {
    ...answering,
    ...{ jobs, line: new Line({ atOnce, waiting }), metrics: new Metrics(), places: new Places() },
  };
  const app = createApp({ ...options, service });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(longestHeadersMs, requestTimeoutMs),
      connectionsCheckingInterval: requestTimeoutMs / checksInTimeout,
    },
  }) as Server;
  server.maxConnections = maxConnections;
  await listen(server, host, port);
  const address = server.address();
  const reached = typeof address === "object" && address !== null ? address.port : port;
  return {
    address: `http://${isIPv6(host) ? `[${host}]` : host}:${reached}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      await jobs.close(graceMs);
      // The last words of an answer leave first.
      setTimeout(() => server.closeAllConnections(), lastWordsMs).unref();
      await closed;
    },
  };
}

/** @throws {UserError} where everybody could come in. */
export function refuseOpenDoor(host: string, token: string | undefined): void {
  if (token !== undefined || isLoopback(host)) return;
  throw new UserError(`On ${host}, everybody who reaches this machine could talk to the persona.`, {
    fix: "Add --token, or leave out --host.",
  });
}

/** @throws {UserError} where nothing can listen: known before a model is loaded, which takes its time. */
export async function requireFreePort({ host, port }: Pick<ServerOptions, "host" | "port">): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  server.close();
  await once(server, "close");
}

const lastWordsMs = 500;

async function listen(server: SocketServer, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(`Nothing can listen on ${host}, port ${port} (${code}).`, {
      fix:
        code === "EADDRINUSE"
          ? "Another program has that port: choose another with --port, or 0 for one that is free."
          : "Choose an address of this machine with --host, and a port above 1023 with --port.",
      cause,
    });
  }
}
