import { Redis, type RedisOptions } from "ioredis";
import { UserError } from "../../errors.ts";
import type { Workspace } from "../../workspace.ts";
import { shutDownIfLast, startEmbeddedServer } from "./embedded-server.ts";
import { pingServer } from "./ping.ts";

/** A server for the queue, and how to reach it. */
export interface QueueServer {
  connect(): Redis;
  /** Closes what `connect` opened; whoever leaves an embedded server last shuts it down. */
  close(): Promise<void>;
}

/**
 * The server at `redisUrl`; without one, an embedded server on a Unix socket, started on first need.
 *
 * The embedded server keeps its data in `data/redis` and outlives the command that started it while others use it.
 */
export async function openQueueServer({
  redisUrl,
  workspace,
}: {
  redisUrl?: string | undefined;
  workspace: Workspace;
}): Promise<QueueServer> {
  if (redisUrl !== undefined) return openRemote(redisUrl);
  const socket = await startEmbeddedServer(workspace);
  const retryStrategy = restartingWith(() => startEmbeddedServer(workspace));
  return createServer({ path: socket, retryStrategy }, () => shutDownIfLast(socket));
}

/** An embedded server that died (out of memory, killed) is started again by whoever misses it first. */
function restartingWith(start: () => Promise<unknown>): (attempt: number) => number {
  return (attempt) => {
    // A disk that is full now is tried again with the next attempt.
    start().catch(() => {});
    return Math.min(attempt * 200, 2000);
  };
}

async function openRemote(redisUrl: string): Promise<QueueServer> {
  const options = parseRedisUrl(redisUrl);
  const where = `${options.host}:${options.port}`;
  const answer = await pingServer(options);
  if (answer === "answers" || answer === "loading") return createServer(options, async () => {});
  if (answer === "refuses") {
    throw new UserError(`The Redis at ${where} refuses the password or user of REDIS_URL.`, {
      fix: "Correct it: REDIS_URL=redis://user:password@host:6379 (characters such as @ and / as %40 and %2F).",
    });
  }
  throw new UserError(`No Redis answers at ${where}.`, {
    fix: "Start it, correct REDIS_URL, or unset REDIS_URL to use the embedded server.",
  });
}

function parseRedisUrl(redisUrl: string): RedisOptions {
  if (!URL.canParse(redisUrl) || !/^rediss?:$/.test(new URL(redisUrl).protocol)) {
    throw new UserError("REDIS_URL is not an address of a Redis server.", {
      fix: "Write it as redis://host:6379, or rediss:// with TLS.",
    });
  }
  const { hostname, port, username, password, protocol, pathname } = new URL(redisUrl);
  return {
    host: hostname,
    port: Number(port || 6379),
    db: Number(pathname.slice(1) || 0),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" && { tls: {} }),
  };
}

function createServer(options: RedisOptions, leave: () => Promise<void>): QueueServer {
  const connections = new Set<Redis>();
  let left: Promise<void> | undefined;
  return {
    connect() {
      const connection = new Redis({ ...options, maxRetriesPerRequest: null });
      // Without a listener every failed attempt to reconnect is printed with its stack.
      connection.on("error", () => {});
      connections.add(connection);
      connection.once("end", () => connections.delete(connection));
      return connection;
    },
    close() {
      for (const connection of connections) connection.disconnect();
      left ??= leave();
      return left;
    },
  };
}
