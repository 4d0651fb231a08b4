import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../../src/errors.ts";
import { openLlamaEngine } from "../../../../src/serve/engines/index.ts";
import { all, decided, idsFrom, openEngine, options } from "./tiny-model.ts";

const otherSystemsGpu = process.platform === "darwin" ? "cuda" : "metal";

test.each([
  ["is not there", undefined, /model\.gguf is gone\.$/],
  ["is empty", 0, /model\.gguf is cut off, damaged, or no model that llama\.cpp knows\.$/],
  ["is cut off in its head", 300, /model\.gguf is cut off, damaged, or no model that llama\.cpp knows\.$/],
  [
    "is cut off in its weights",
    80_000,
    /model\.gguf is cut off, damaged, or no model that llama\.cpp knows\.$/,
  ],
])("a model that %s is refused, and it is said what to do", async (_, length, message) => {
  const file = await decided();
  if (length === undefined) await rm(file);
  else await truncate(file, length);
  const opening = openLlamaEngine(file, { gpu: "cpu" });

  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({
    fix: "Serve another run (persona runs use RUN), or train again: persona train",
  });
});

test("a file that is no model is refused", async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona engine ")), "photo.gguf");
  await writeFile(file, "This is no model.".repeat(100));

  await expect(openLlamaEngine(file, { gpu: "cpu" })).rejects.toThrow(UserError);
});

test("a model that is cut off or deleted while it serves goes on serving", async () => {
  const file = await decided();
  const engine = await openEngine(file);
  const before = await all(engine.generate(idsFrom(1, 30), options()));
  await writeFile(file, (await readFile(file)).subarray(0, 2000));
  expect(await all(engine.generate(idsFrom(1, 30), options({ conversation: "b" })))).toEqual(before);
  await rm(file);
  expect(await all(engine.generate(idsFrom(1, 30), options({ conversation: "c" })))).toEqual(before);
  await engine.close();
});

test("a GPU that is not there is refused, and the CPU is named where it computes", async () => {
  const file = await decided();
  const opening = openLlamaEngine(file, { gpu: otherSystemsGpu });
  await expect(opening).rejects.toThrow(/^llama\.cpp finds no (Metal|CUDA) that it could compute on\.$/);

  const engine = await openEngine(file);
  expect(engine.about).toBe("llama.cpp on CPU, 1 thread");
  engine.setThreads(2);
  expect(engine.about).toBe("llama.cpp on CPU, 2 threads");
  await engine.close();
});
