import { once } from "node:events";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { findModel, nameOfModel } from "../../../src/serve/models/index.ts";

const gguf = path.resolve("test/fixtures/old-data/data/runs/916e71c1b1/model.gguf");

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a file on this machine is itself, and one that is not there is named", async () => {
  const folder = await newFolder();
  const file = path.join(folder, "a model.gguf");
  await writeFile(file, "");

  expect(await findModel(file, { folder })).toBe(file);
  await expect(findModel(path.join(folder, "gone.gguf"), { folder })).rejects.toMatchObject({
    message: expect.stringContaining("There is no file"),
    fix: expect.stringContaining("path of a GGUF"),
  });
});

test("a repository's file of the wanted quantization is fetched once, also without the network afterwards", async () => {
  const hub = await startHub();
  const folder = await newFolder();
  const first = await findModel("somebody/Tiny-Instruct-GGUF", { folder, quantization: "Q8_0" });
  await hub.close();
  const again = await findModel("somebody/Tiny-Instruct-GGUF", { folder, quantization: "Q8_0" });

  expect(await readFile(first)).toEqual(await readFile(gguf));
  expect(again).toBe(first);
  expect(hub.asked[0]).toBe("/v2/somebody/Tiny-Instruct-GGUF/manifests/Q8_0");
  expect(nameOfModel(first)).toBe("Tiny-Instruct");
});

test("a repository that is not there is an error in two lines", async () => {
  await startHub();
  const folder = await newFolder();

  await expect(findModel("somebody/Nothing-GGUF", { folder })).rejects.toMatchObject({
    message: expect.stringContaining("somebody/Nothing-GGUF cannot be fetched from the hub"),
    fix: expect.stringContaining("--quantization"),
  });
});

test.each([
  ["/home/ana/SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-135M-Instruct"],
  ["Qwen/Qwen2.5-0.5B-Instruct-GGUF", "Qwen2.5-0.5B-Instruct"],
  ["hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Q8_0", "Llama-3.2-1B-Instruct"],
  ["gemma-3-270m-it-UD-Q4_K_XL-00001-of-00002.gguf", "gemma-3-270m-it"],
])("%s is called %s", (model, name) => {
  expect(nameOfModel(model)).toBe(name);
});

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona models "));
}

/** As much of the hub as is asked for a file: which one a tag means, and the file. */
async function startHub() {
  const asked: string[] = [];
  const bytes = await readFile(gguf);
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push(url);
    if (url.includes("/Nothing-GGUF/")) response.writeHead(404).end();
    else if (url.includes("/manifests/")) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ ggufFile: { rfilename: "tiny-instruct-q8_0.gguf" } }));
    } else {
      const [, from = "0", to = ""] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "") ?? [];
      const end = to === "" ? bytes.length - 1 : Math.min(Number(to), bytes.length - 1);
      const part = bytes.subarray(Number(from), end + 1);
      response.writeHead(request.headers.range === undefined ? 200 : 206, {
        "accept-ranges": "bytes",
        "content-length": part.length,
        "content-range": `bytes ${from}-${end}/${bytes.length}`,
      });
      response.end(request.method === "HEAD" ? undefined : part);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  vi.stubEnv("HF_ENDPOINT", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return { asked, close };
}
