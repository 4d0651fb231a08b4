import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { connect, createServer as createPlainServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { Redis } from "ioredis";
import { afterAll } from "vitest";
import { findServer } from "../../src/train/index.ts";

/** A real server on a port of its own, as people run one elsewhere. */
export interface RunningServer {
  port: number;
  socket: string;
  /** A connection that may do everything. */
  admin: Redis;
}

const started: { child: ChildProcess; admin: Redis }[] = [];
const listening: Server[] = [];

afterAll(() => {
  for (const { child, admin } of started.splice(0)) {
    admin.disconnect();
    child.kill("SIGKILL");
  }
  for (const server of listening.splice(0)) server.close();
});

/** Starts a server that ends with the test file. */
export async function startServer(...settings: string[]): Promise<RunningServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "persona-redis-"));
  const [port, socket] = [await freePort(), path.join(folder, "server.sock")];
  const own = ["--port", String(port), "--unixsocket", socket, "--save", "", "--dir", folder];
  const child = spawn(await findServer(), [...own, ...settings], { stdio: "ignore" });
  const admin = new Redis({ path: socket, retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on("error", () => {});
  started.push({ child, admin });
  await admin.ping();
  return { port, socket, admin };
}

/** Gives nodes all slots, in equal parts, and waits until they know of each other. */
export async function joinCluster(...nodes: RunningServer[]): Promise<void> {
  const slots = 16_384 / nodes.length;
  for (const [index, { admin }] of nodes.entries()) {
    await admin.call("CLUSTER", "ADDSLOTSRANGE", index * slots, (index + 1) * slots - 1);
    await admin.call("CLUSTER", "MEET", "127.0.0.1", nodes[0]?.port ?? 0);
  }
  for (const { admin } of nodes) {
    while (!String(await admin.call("CLUSTER", "INFO")).includes("cluster_state:ok")) await sleep(20);
  }
}

/** A port that speaks TLS, before a server that does not: the one that the tests have is built without it. */
export async function listenWithTls(
  { socket }: RunningServer,
  { name = "127.0.0.1", wantsCertificate = false } = {},
): Promise<{ port: number; certificate: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "persona-tls-"));
  const [key, certificate] = ["key.pem", "certificate.pem"].map((file) => path.join(folder, file)) as [
    string,
    string,
  ];
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=persona";
  const kind = /^[\d.]+$/.test(name) ? "IP" : "DNS";
  execFileSync(
    "openssl",
    [...words.split(" "), "-addext", `subjectAltName=${kind}:${name}`, "-keyout", key, "-out", certificate],
    { stdio: "ignore" },
  );
  const options = {
    key: await readFile(key),
    cert: await readFile(certificate),
    requestCert: wantsCertificate,
    rejectUnauthorized: wantsCertificate,
  };
  const server = createTlsServer(options, (client) => {
    const behind = connect(socket);
    client.on("error", () => behind.destroy());
    behind.on("error", () => client.destroy());
    client.pipe(behind).pipe(client);
  });
  return { port: await listen(server), certificate };
}

/** Answers everything with the same line. */
export async function listenWith(answer: string): Promise<number> {
  const server = createPlainServer((socket) => {
    socket.on("data", () => socket.write(answer));
    socket.on("error", () => {});
  });
  return listen(server);
}

async function listen(server: Server): Promise<number> {
  listening.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** Below those that the system gives out: a cluster's nodes listen 10,000 higher as well. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createPlainServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
