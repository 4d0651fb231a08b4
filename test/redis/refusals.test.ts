import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { builtProgram, projectRoot } from "../../src/project.ts";
import { listRuns, openQueueServer, resumeRun } from "../../src/train/index.ts";
import { countWorkers, openQueue } from "../../src/train/queue/index.ts";
import { openWorkspace } from "../../src/workspace.ts";
import { joinCluster, listenWith, listenWithTls, type RunningServer, startServer } from "./own-server.ts";
import { recordOf, request, startStoppable, untilState, useSmallRuns, workOff } from "./small-runs.ts";

const runs = useSmallRuns();
const workspace = openWorkspace("/nowhere");
let plain: RunningServer;

beforeAll(async () => {
  plain = await startServer();
});

test.each([
  ["127.0.0.1:PORT"],
  ["redis://127.0.0.1:PORT"],
  ["valkey://127.0.0.1:PORT/"],
  ["redis://localhost:PORT/0/"],
  ["REDIS://127.0.0.1:PORT/15"],
  ["unix://SOCKET"],
  ["redis://SOCKET"],
  ["SOCKET"],
])("%s reaches a server", async (spelling) => {
  const server = await openQueueServer({ redisUrl: place(spelling), workspace });

  expect(await server.connect().ping()).toBe("PONG");
  expect(server.where).toMatch(/^(127\.0\.0\.1|localhost):\d+$|\.sock$/);
  await server.close();
});

test("an IPv6 address is reached in its brackets", async () => {
  const six = await startServer("--bind", "::1");
  const server = await openQueueServer({ redisUrl: `redis://[::1]:${six.port}`, workspace });

  expect(await server.connect().ping()).toBe("PONG");
  await server.close();
});

test("a password may have any character, each as a URL spells it", async () => {
  const password = "p@s:s/w#o?r%d é[]\\";
  const { port, socket, admin } = await startServer();
  await admin.call("ACL", "SETUSER", "queue@user", "on", `>${password}`, "~*", "&*", "+@all");
  const who = `${encodeURIComponent("queue@user")}:${encodeURIComponent(password)}`;
  for (const redisUrl of [`redis://${who}@127.0.0.1:${port}`, `unix://${who}@${socket}`]) {
    const server = await openQueueServer({ redisUrl, workspace });
    expect(await server.connect().call("ACL", "WHOAMI")).toBe("queue@user");
    await server.close();
  }
});

test.each([
  ["http://127.0.0.1:PORT", "REDIS_URL is not an address of a Redis server.", "redis://host:6379"],
  ["redis:127.0.0.1:PORT", "REDIS_URL is not an address", "redis://host:6379"],
  ["redis://", "REDIS_URL is not an address", "redis://host:6379"],
  ["redis:///0", "REDIS_URL is not an address", "redis://host:6379"],
  ["127.0.0.1:port", "REDIS_URL is not an address", "redis://host:6379"],
  ["redis://::1:PORT", "The IPv6 address in REDIS_URL has no brackets.", "redis://[::1]:6379"],
  ["::1", "The IPv6 address in REDIS_URL has no brackets.", "redis://[::1]:6379"],
  ["redis://:secret%@127.0.0.1:PORT", "has a % that no two hexadecimal digits follow", "%25"],
  ["redis://:sec#ret@127.0.0.1:PORT", "The user or password in REDIS_URL has # in it", "# as %23"],
  ["redis://me:12/secret?@127.0.0.1:PORT", "has / and ? in it", "/ as %2F, ? as %3F"],
  ["unix://here.sock", "REDIS_URL names a socket without its whole path.", "unix:///"],
  ["redis://127.0.0.1:PORT/abc", "The database of REDIS_URL is not a number.", "host:6379/0"],
  ["'redis://:secret@127.0.0.1:PORT/abc'", "The database of REDIS_URL is not a number.", "host:6379/0"],
  ["redis://127.0.0.1:PORT/?db=3", "REDIS_URL has settings after its address", "redis://host:6379/0"],
  ["redis://127.0.0.1:PORT/99", "refuses: ERR DB index is out of range", "/0 is always there"],
  ["redis://:secret@127.0.0.1:PORT", "refuses: ERR AUTH <password> called without", "Leave the password out"],
  ["rediss://127.0.0.1:PORT", /speaks without TLS: .+\.$/, "Begin REDIS_URL with redis://"],
  ["redis://127.0.0.1:1", "No Redis answers at 127.0.0.1:1: connect ECONNREFUSED", "Start it"],
  [
    "redis://no.such.host.invalid",
    /^No Redis answers at no\.such\.host\.invalid:6379: .*ENOTFOUND/,
    "Start it",
  ],
  ["unix:///no/such.sock", "No Redis answers at /no/such.sock: connect ENOENT", "Start it"],
])("%s is refused in two lines, without its password", async (spelling, problem, fix) => {
  const refusal = await refusalOf(place(spelling));

  expect(refusal.message).toMatch(problem);
  expect(refusal.fix).toContain(fix);
  expect(`${refusal.message}${refusal.fix}`).not.toMatch(/secret|\n/);
});

test("a wrong password, and one that is missing, are refused in the server's words", async () => {
  const { port, admin } = await startServer();
  await admin.config("SET", "requirepass", "right");

  expect(await refusalOf(`redis://:secret@127.0.0.1:${port}`)).toMatchObject({
    message: `The Redis at 127.0.0.1:${port} refuses: WRONGPASS invalid username-password pair or user is disabled.`,
    fix: expect.stringContaining("@ / # ? % in them as %40 %2F %23 %3F %25"),
  });
  expect(await refusalOf(`127.0.0.1:${port}`)).toMatchObject({
    message: expect.stringContaining("refuses: NOAUTH Authentication required."),
    fix: expect.stringContaining("redis://user:password@host:6379"),
  });
});

test("each command that a user may lack is named, and the fix is enough", async () => {
  const { port, admin } = await startServer();
  const redisUrl = `redis://queue:pass@127.0.0.1:${port}`;
  for (const command of ["info", "eval", "evalsha", "zadd", "bzpopmin", "xadd", "hset", "lpos", "time"]) {
    await setUser(admin, "~*", "+@all", `-${command}`);
    expect(await refusalOf(redisUrl)).toMatchObject({
      message: expect.stringMatching(new RegExp(`refuses: NOPERM .* '${command}' command`)),
      fix: expect.stringContaining("ACL SETUSER name ~{persona}:* +@all"),
    });
  }
  await setUser(admin, "~elsewhere:*", "+@all");
  const refusal = await refusalOf(redisUrl);
  expect(refusal.message).toMatch(/refuses: NOPERM .*keys?/i);
  await setUser(admin, ...refusal.fix.replace(/.*SETUSER name /, "").split(" "));
  await finishesOneRun(redisUrl, 1);
  expect(await admin.keys("{persona}:trial:*")).toEqual([]);
});

test("every command that scripts of the queue's library send is tried", async () => {
  const folder = path.join(projectRoot, "node_modules/bullmq/dist/esm/scripts");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".js"));
  const scripts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  const sent = scripts.flatMap((text) =>
    [...text.matchAll(/call\(\s*["']([A-Za-z]+)["']/g)].map(([, name = ""]) => name),
  );
  const trial = await readFile(path.join(projectRoot, "src/train/queue/server/trial.ts"), "utf8");
  const tried = new Set([...trial.matchAll(/^([A-Z]+) /gm)].map(([, name]) => name));

  expect(files.length).toBeGreaterThan(30);
  expect(
    [...new Set(sent.map((name) => name.toUpperCase()))].filter(
      (name) => !tried.has(name) && name !== "TIME",
    ),
  ).toEqual([]);
});

test("a replica, a full server and one that throws keys away are refused", async () => {
  const replica = await startServer("--replicaof", `127.0.0.1 ${plain.port}`);
  const full = await startServer("--maxmemory", "1mb");
  const evicting = await startServer("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");

  expect(await refusalOf(`127.0.0.1:${replica.port}`)).toMatchObject({
    message: expect.stringContaining("refuses: READONLY You can't write against a read only replica."),
    fix: expect.stringContaining("set REDIS_URL to its primary"),
  });
  expect(await refusalOf(`127.0.0.1:${full.port}`)).toMatchObject({
    message: expect.stringContaining("refuses: OOM command not allowed when used memory > 'maxmemory'"),
    fix: expect.stringContaining("CONFIG SET maxmemory 100mb"),
  });
  expect(await refusalOf(`127.0.0.1:${evicting.port}`)).toMatchObject({
    message: `The Redis at 127.0.0.1:${evicting.port} throws keys away when its memory is full: allkeys-lru.`,
    fix: expect.stringContaining("CONFIG SET maxmemory-policy noeviction"),
  });
});

test("TLS: a certificate is trusted when it is named, and otherwise the fix says how", async () => {
  const own = await listenWithTls(plain);
  const ofAnother = await listenWithTls(plain, { name: "redis.example" });

  expect(await refusalOf(`redis://127.0.0.1:${own.port}`)).toMatchObject({
    message: expect.stringContaining(`The Redis at 127.0.0.1:${own.port} speaks with TLS only: `),
    fix: "Begin REDIS_URL with rediss://",
  });
  expect(await refusalOf(`rediss://127.0.0.1:${own.port}`)).toMatchObject({
    message: expect.stringContaining("is not trusted: self-signed certificate"),
    fix: expect.stringContaining("NODE_EXTRA_CA_CERTS=authority.pem"),
  });
  expect(await sayRuns(own)).not.toContain("Error");
  expect(await sayRuns(ofAnother)).toMatch(
    /is not valid: .*altnames[^\n]*\n {2}Fix: Write into REDIS_URL the host/,
  );
});

test("TLS: a server that wants a certificate of its clients is understood", async () => {
  const strict = await listenWithTls(plain, { wantsCertificate: true });

  expect(await sayRuns(strict)).toMatch(/certificate required[^\n]*\n {2}Fix: .*tls-auth-clients no/);
});

test("what answers but is no Redis, or not for everybody, is told", async () => {
  const http = await listenWith("HTTP/1.1 400 Bad Request\r\n\r\n");
  const closed = await listenWith(
    "-DENIED Redis is running in protected mode because no password is set.\r\n",
  );
  const crowded = await listenWith("-ERR max number of clients reached\r\n");
  const odd = await listenWith("-ERR something else\r\n");

  expect(await refusalOf(`127.0.0.1:${http}`)).toMatchObject({
    message: `What answers at 127.0.0.1:${http} is not a Redis server.`,
  });
  expect((await refusalOf(`127.0.0.1:${closed}`)).fix).toContain("requirepass");
  expect((await refusalOf(`127.0.0.1:${crowded}`)).fix).toContain("maxclients");
  expect(await refusalOf(`127.0.0.1:${odd}`)).toMatchObject({
    message: `The Redis at 127.0.0.1:${odd} refuses: ERR something else`,
    fix: expect.stringContaining("See the server's log"),
  });
});

test("a server without CLIENT works, and has the workers that there are", async () => {
  const { port } = await startServer("--rename-command", "CLIENT", "");

  await finishesOneRun(`127.0.0.1:${port}`, 2);
});

test("a cluster of one node works, and so does a node that does not have the keys", {
  timeout: 60_000,
}, async () => {
  const settings = ["--cluster-enabled", "yes"];
  const alone = await startServer(...settings);
  const whole = [await startServer(...settings), await startServer(...settings)];
  expect(await refusalOf(`127.0.0.1:${alone.port}`)).toMatchObject({
    message: expect.stringMatching(/refuses: CLUSTERDOWN/),
    fix: expect.stringContaining("--cluster check"),
  });
  await joinCluster(alone);
  await joinCluster(...whole);

  await finishesOneRun(`127.0.0.1:${alone.port}`, 3);
  for (const [index, { port }] of whole.entries())
    await finishesOneRun(`redis://127.0.0.1:${port}`, 4 + index);
  expect(await refusalOf(`redis://127.0.0.1:${alone.port}/1`)).toMatchObject({
    fix: expect.stringContaining("a cluster has no other"),
  });
});

test("a worker says once what the server refuses later, and goes on when it does not", async () => {
  const { port, admin } = await startServer();
  await admin.config("SET", "requirepass", "right");
  await admin.auth("right");
  const server = await openQueueServer({ redisUrl: `redis://:right@127.0.0.1:${port}`, workspace });
  const notes: string[] = [];
  const worker = startStoppable({ ...runs, server }, { note: (line) => void notes.push(line) });
  await untilNoted(notes, "Waiting for runs");
  await admin.call("REPLICAOF", "127.0.0.1", plain.port);
  await untilNoted(notes, "READONLY");
  await admin.call("REPLICAOF", "NO", "ONE");
  await admin.config("SET", "requirepass", "another");
  await admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await untilNoted(notes, "WRONGPASS");
  await admin.config("SET", "requirepass", "right");
  const { run } = await request({ ...runs, server }, { seed: 8, steps: 2 });
  await untilState(runs, run.id, "finished");
  await worker.leave();

  const refusals = notes.filter((line) => line.includes("refuses"));
  expect(refusals).toEqual([
    expect.stringMatching(/READONLY .*\n {2}Fix: This server is a replica/),
    expect.stringMatching(/WRONGPASS .*\n {2}Fix: Correct user and password/),
  ]);
  await server.close();
});

test("a run that the server refuses is not left waiting, and goes on when there is room", async () => {
  const { port, admin } = await startServer();
  const server = await openQueueServer({ redisUrl: `127.0.0.1:${port}`, workspace });
  await admin.config("SET", "maxmemory", "1mb");
  await expect(request({ ...runs, server }, { seed: 7, steps: 2 })).rejects.toBeInstanceOf(UserError);
  const run = (await listRuns(runs.workspace)).find(({ settings }) => settings.seed === 7);
  expect(run).toMatchObject({
    state: "paused",
    failure: {
      reason: expect.stringContaining("refuses: OOM command not allowed"),
      fix: expect.stringContaining(`; then: persona runs resume ${run?.id}`),
    },
  });
  await admin.config("SET", "maxmemory", "0");
  if (run) await resumeRun(server, runs.workspace, run);
  await workOff({ ...runs, server });

  expect(run && (await recordOf(runs, run.id)).state).toBe("finished");
  await server.close();
});

async function finishesOneRun(redisUrl: string, seed: number): Promise<void> {
  const server = await openQueueServer({ redisUrl, workspace });
  const { redis } = openQueue(server);
  const { run } = await request({ ...runs, server }, { seed, steps: 2 });
  expect(await countWorkers(redis)).toBe(0);
  const worker = startStoppable({ ...runs, server });
  await untilState(runs, run.id, "finished");
  expect(await countWorkers(redis)).toBe(1);
  await worker.leave();
  expect(await countWorkers(redis)).toBe(0);
  await server.close();
}

/** What `persona runs` says of the server when its certificate is trusted; a process reads those once, as it starts. */
async function sayRuns({ port, certificate }: { port: number; certificate: string }): Promise<string> {
  const environment = { REDIS_URL: `rediss://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: certificate };
  const words = ["--data", runs.workspace.root, "--json", "runs"];
  const { stderr } = await execa(process.execPath, [builtProgram("cli.js"), ...words], {
    env: environment,
    reject: false,
  });
  return stderr;
}

async function untilNoted(notes: string[], words: string): Promise<void> {
  while (!notes.some((line) => line.includes(words))) await sleep(20);
}

function setUser(admin: RunningServer["admin"], ...rules: string[]): Promise<unknown> {
  return admin.call("ACL", "SETUSER", "queue", "reset", "on", ">pass", ...rules);
}

function place(spelling: string): string {
  return spelling.replace("PORT", String(plain.port)).replace("SOCKET", plain.socket);
}

async function refusalOf(redisUrl: string): Promise<UserError> {
  const refusal = await openQueueServer({ redisUrl, workspace }).then(
    (server) => server.close(),
    (error) => error,
  );
  expect(refusal).toBeInstanceOf(UserError);
  return refusal as UserError;
}
