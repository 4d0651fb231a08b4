import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openQueueServer, type QueueServer } from "../../src/train/index.ts";
import { openWorkspace, type Workspace } from "../../src/workspace.ts";
import { countTo } from "./small-runs.ts";

let workspace: Workspace;
const opened = new Set<QueueServer>();

beforeEach(async () => {
  workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona server 🦜 ")));
});

afterEach(async () => {
  for (const server of opened) await server.close();
  opened.clear();
});

test("commands that start at once share one server, and the last to leave shuts it down", async () => {
  const servers = await Promise.all(countTo(6).map(() => open()));
  const pids = await Promise.all(servers.map(pidOf));
  await Promise.all(servers.map((server, index) => server.connect().set(`key ${index}`, "value")));
  for (const server of servers) await server.close();

  expect(new Set(pids).size).toBe(1);
  await untilGone(pids[0] ?? 0);
  const again = await open();
  expect(await again.connect().keys("key *")).toHaveLength(6);
});

test("when all leave at once, the server is shut down", async () => {
  const servers = await Promise.all(countTo(6).map(() => open()));
  const pid = await pidOf(servers[0] as QueueServer);
  await Promise.all(servers.map((server) => server.close()));

  await untilGone(pid);
});

test("any order of coming, going and dying keeps one server and every word", {
  timeout: 120_000,
}, async () => {
  const moves = fc.array(fc.constantFrom("open", "open", "close", "kill"), { minLength: 3, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(moves, async (order) => {
      const present: QueueServer[] = [];
      let written = 0;
      for (const move of order) {
        if (move === "open") {
          const server = await open();
          await server.connect().rpush("words", ++written);
          present.push(server);
        } else if (move === "close") {
          await present.shift()?.close();
        } else if (present[0] !== undefined) {
          process.kill(await pidOf(present[0]), "SIGKILL");
        }
      }
      const last = await open();
      const pids = await Promise.all([last, ...present].map(pidOf));
      const words = await last.connect().llen("words");
      await last.connect().del("words");
      for (const server of [last, ...present]) await server.close();
      expect(new Set(pids).size).toBe(1);
      expect(words).toBe(written);
    }),
    { numRuns: 12, seed: 4 },
  );
});

test("a command that comes while the last one leaves gets a server", async () => {
  for (const round of countTo(10)) {
    const leaving = await open();
    await leaving.connect().set("round", round);
    const [server] = await Promise.all([sleep(round).then(() => open()), leaving.close()]);

    expect(await server.connect().get("round")).toBe(String(round));
    await server.close();
  }
});

test("a socket and a lock that dead processes left behind are no obstacle", async () => {
  const first = await open();
  const pid = await pidOf(first);
  process.kill(pid, "SIGKILL");
  await first.close();
  await writeFile(path.join(workspace.redis, "start.lock"), "999999999");

  expect(await (await open()).connect().ping()).toBe("PONG");
});

test("a lock is abandoned when it is old, although its number belongs to somebody else now", async () => {
  await mkdir(workspace.redis, { recursive: true });
  for (const holder of [String(process.pid), ""]) {
    const lock = path.join(workspace.redis, "start.lock");
    await writeFile(lock, holder);
    await utimes(lock, new Date(0), new Date(0));
    const server = await open();
    expect(await server.connect().ping()).toBe("PONG");
    await server.close();
  }
});

test("a data directory reached by two names, or from another temporary folder, has one server", async () => {
  const alias = `${workspace.root} alias`;
  await symlink(workspace.root, alias);
  const folder = process.env.TMPDIR;
  const first = await open();
  process.env.TMPDIR = await mkdtemp(path.join(tmpdir(), "t"));
  const second = await open(openWorkspace(alias));
  if (folder === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = folder;

  expect(await pidOf(second)).toBe(await pidOf(first));
});

test("a copied data directory has a server of its own", async () => {
  const first = await open();
  await first.connect().set("key", "value");
  const copy = openWorkspace(`${workspace.root} copy`);
  await cp(workspace.root, copy.root, { recursive: true });
  const second = await open(copy);

  expect(await pidOf(second)).not.toBe(await pidOf(first));
});

test("nothing of the server is open to other users", async () => {
  const server = await open();
  const { socket } = JSON.parse(await readFile(path.join(workspace.redis, "socket.json"), "utf8"));
  await server.connect().set("key", "value");
  await server.connect().bgrewriteaof();
  await untilRewritten(server);

  expect(await openToOthers(path.dirname(socket), socket, workspace.redis)).toEqual([]);
  expect(await openToOthers(...(await everythingIn(workspace.redis)))).toEqual([]);
  expect(await server.connect().config("GET", "port")).toEqual(["port", "0"]);
});

test("what an earlier version left open to other users is closed to them", async () => {
  const folder = path.join(workspace.redis, "appendonlydir");
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await writeFile(path.join(folder, "old.aof"), "", { mode: 0o644 });
  await chmod(folder, 0o755);
  await open();

  expect(await openToOthers(...(await everythingIn(workspace.redis)))).toEqual([]);
});

async function open(where = workspace): Promise<QueueServer> {
  const server = await openQueueServer({ workspace: where });
  opened.add(server);
  return server;
}

async function pidOf(server: QueueServer): Promise<number> {
  const [, pid] = /process_id:(\d+)/.exec(await server.connect().info("server")) ?? [];
  return Number(pid);
}

async function everythingIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).map((name) => path.join(folder, name));
}

/** Those of some files that other users may read or enter. */
async function openToOthers(...files: string[]): Promise<string[]> {
  const modes = await Promise.all(files.map(async (file) => (await stat(file)).mode & 0o077));
  return files.filter((_, index) => modes[index] !== 0);
}

async function untilRewritten(server: QueueServer): Promise<void> {
  for (;;) {
    const told = await server.connect().info("persistence");
    if (told.includes("aof_rewrite_in_progress:0") && told.includes("aof_rewrite_scheduled:0")) return;
    await sleep(20);
  }
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(10);
  }
}
