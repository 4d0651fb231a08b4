import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import { expect, test } from "vitest";
import { measureHttp } from "../../../src/bench/http/measure-http.ts";
import { builtProgram } from "../../../src/project.ts";

test("persona bench http measures requests of every kind, and clients that wait", async () => {
  const small = ["--requests", "20", "--tokens", "4", "--clients", "5", "--seconds", "0.5"];
  const { stdout } = await execa(process.execPath, [
    builtProgram("cli.js"),
    "bench",
    "http",
    "--json",
    ...small,
  ]);
  const { overheads, idle } = JSON.parse(stdout);

  expect(overheads.map(({ what }: { what: string }) => what)).toEqual([
    "completion",
    "completion, streamed",
    "chat",
    "chat, streamed",
    "response, streamed",
  ]);
  for (const { medianMs, cpuMs } of overheads) expect(Math.min(medianMs, cpuMs)).toBeGreaterThan(0);
  expect(idle).toMatchObject({ clients: 5, seconds: 0.5 });
});

test("a server that refuses gives no figures, and is closed all the same", async () => {
  const server = createServer((_, response) => response.writeHead(429).end("later"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeIdleConnections();
    await closed;
  };
  const asked = { requests: 20, tokens: 4, clients: 5, seconds: 0.5 };
  const measuring = measureHttp(asked, async () => ({ address: `http://127.0.0.1:${port}`, close }));

  await expect(measuring).rejects.toThrow("429: later");
  expect(server.listening).toBe(false);
});
