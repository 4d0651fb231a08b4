import type { RedisOptions } from "ioredis";
import type { Workspace } from "../../../workspace.ts";
import { parseAddress } from "./address.ts";
import { askServer } from "./ask.ts";
import { openConnection, type QueueConnection } from "./connection.ts";
import { shutDownIfLast, startEmbeddedServer } from "./embedded-server.ts";
import { tryCommands } from "./trial.ts";

/** A server for the queue, and how to reach it. */
export interface QueueServer {
  /** Its host and port, or its socket. */
  where: string;
  connect(): QueueConnection;
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
  return createServer(socket, { path: socket, retryStrategy }, { leave: () => shutDownIfLast(socket) });
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
  const address = parseAddress(redisUrl);
  const { isCluster, isLoading } = await askServer(address);
  const server = createServer(address.where, address.options, { isCluster });
  if (isLoading) return server;
  const connection = server.connect();
  try {
    await tryCommands(connection, address.where);
  } finally {
    connection.disconnect();
  }
  return server;
}

function createServer(
  where: string,
  options: RedisOptions,
  { isCluster = false, leave = async () => {} },
): QueueServer {
  const connections = new Set<QueueConnection>();
  let left: Promise<void> | undefined;
  return {
    where,
    connect() {
      const connection = openConnection(options, isCluster);
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
