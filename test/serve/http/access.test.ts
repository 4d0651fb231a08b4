import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { TokenCheck } from "../../../src/serve/http/access/index.ts";
import { post, serve } from "./served.ts";

const hi = { messages: [{ role: "user", content: "hi" }] };
const token = "a-token-that-nobody-guesses";

/** A request with headers that fetch would not send. */
function ask(
  address: string,
  path: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest(`${address}${path}`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on("error", reject).end();
  });
}

test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8421"])(
  "a name that somebody made lead to this machine is refused: %s",
  async (host) => {
    const { address } = await serve();

    expect(await ask(address, "/v1/models", { host })).toBe(403);
  },
);

test("what only looks like an address of this machine is a name", async () => {
  const { address } = await serve();

  expect(await ask(address, "/v1/models", { host: "127.0.0.999" })).toBe(403);
});

test.each(["[::1", "a b", "user@localhost"])("what is no name is no request: %s", async (host) => {
  const { address } = await serve();

  expect(await ask(address, "/v1/models", { host })).toBe(400);
});

test.each(["localhost", "LOCALHOST:1", "127.0.0.1:8421", "[::1]:8421", "ana.example"])(
  "this machine's own names are known, and those that its owner allows: %s",
  async (host) => {
    const { address } = await serve({ allowedHosts: ["ana.example"] });

    expect(await ask(address, "/v1/models", { host })).toBe(200);
  },
);

test("a page of somebody else can neither ask nor read; one that is allowed can do both", async () => {
  const { address } = await serve({ allowedOrigins: ["http://localhost:3000"] });
  const from = (origin: string) => post(address, "/v1/chat/completions", hi, { origin });
  const allowed = await from("http://localhost:3000");
  const asksFirst = await fetch(`${address}/v1/chat/completions`, {
    method: "OPTIONS",
    headers: { origin: "http://localhost:3000", "access-control-request-method": "POST" },
  });

  for (const origin of ["https://evil.example", "null", "http://localhost:3001", `${address}.evil.example`])
    expect((await from(origin)).status, origin).toBe(403);
  expect((await from(address)).status).toBe(200);
  expect(allowed.status).toBe(200);
  expect(allowed.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
  expect(asksFirst.status).toBe(204);
});

test("a form of another page, which needs no permission to post, is no JSON", async () => {
  const { address, engine } = await serve();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    const answer = await post(address, "/v1/chat/completions", hi, { "content-type": type });

    expect(answer.status).toBe(415);
  }
  expect(engine.prompts).toEqual([]);
});

test("where a token is asked for, everything but health needs it, on this machine too", async () => {
  const { address } = await serve({ token });
  const status = async (path: string, authorization?: string) =>
    (await fetch(`${address}${path}`, { headers: authorization ? { authorization } : {} })).status;

  expect(await status("/v1/models")).toBe(401);
  expect(await status("/metrics")).toBe(401);
  expect(await status("/v1/models", token)).toBe(401);
  expect(await status("/v1/models", `Bearer ${token}x`)).toBe(401);
  expect(await status("/v1/models", `Bearer ${token}`)).toBe(200);
  expect(await status("/health")).toBe(200);
});

test("whoever guesses has to wait, and nobody else", () => {
  let now = 0;
  const tokens = new TokenCheck(token, () => now);
  const statusOf = (authorization: string, address: string) => {
    try {
      tokens.check(authorization, address);
      return 200;
    } catch (problem) {
      return (problem as { status: number }).status;
    }
  };
  const guesses = Array.from({ length: 12 }, (_, index) => statusOf(`Bearer guess-${index}`, "10.0.0.1"));

  expect(guesses).toEqual([...Array(10).fill(401), 429, 429]);
  expect(statusOf(`Bearer ${token}`, "10.0.0.1")).toBe(429);
  expect(statusOf(`Bearer ${token}`, "10.0.0.2")).toBe(200);
  now = 61_000;
  expect(statusOf(`Bearer ${token}`, "10.0.0.1")).toBe(200);
});

test("elsewhere than on this machine, nothing listens without a token", async () => {
  await expect(serve({ host: "0.0.0.0" })).rejects.toMatchObject({
    fix: "Add --token, or leave out --host.",
  });
  const { address } = await serve({ host: "0.0.0.0", token });

  expect(
    (await fetch(`${address}/v1/models`, { headers: { authorization: `Bearer ${token}` } })).status,
  ).toBe(200);
});

test("a port that another program has is said with what to do", async () => {
  const { address } = await serve();

  await expect(serve({ port: Number(new URL(address).port) })).rejects.toThrow("EADDRINUSE");
});

test("a body that never ends is given up, and one that lies about its length is refused at once", async () => {
  const { address } = await serve();
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  const head = ["POST /v1/completions HTTP/1.1", "Host: localhost", "Content-Type: application/json"];
  socket.write([...head, "Content-Length: 99999999", "", "{"].join("\r\n"));
  const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  socket.destroy();

  expect(answer).toContain("413");
  const endless = fetch(`${address}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536).fill(32)) }),
    duplex: "half",
  } as RequestInit);
  const ending = await endless.then(
    ({ status }) => status,
    () => "closed",
  );
  expect([413, "closed"]).toContain(ending);
});

test.each([
  ["head", "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"],
  [
    "body",
    "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  ],
])("a client whose %s comes too slowly is given up", async (_, beginning) => {
  const { address } = await serve({ requestTimeoutMs: 300 });
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  socket.write(beginning);
  socket.on("error", () => {});
  const dripping = setInterval(() => socket.write("x"), 50);
  const heard: string[] = [];
  socket.on("data", (data) => heard.push(String(data)));
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(dripping);

  expect(heard.join("")).toMatch(/^(?:HTTP\/1.1 408 |$)/);
});

test("a client that leaves before its body is whole is no failure of the server's", async () => {
  const { address, log } = await serve();
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  const head = ["POST /v1/completions HTTP/1.1", "Host: localhost", "Content-Type: application/json"];
  socket.write([...head, "Content-Length: 100", "", "{"].join("\r\n"));
  await vi.waitFor(() => expect(socket.bytesWritten).toBeGreaterThan(100));
  await wait(50);
  socket.destroy();

  await vi.waitFor(() => expect(log.join("")).toContain('"status":400'));
  expect(log.join("")).not.toContain("failed");
});
