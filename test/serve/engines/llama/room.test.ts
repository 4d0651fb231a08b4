import { afterAll, beforeAll, expect, test } from "vitest";
import { openBackend } from "../../../../src/serve/engines/llama/backend.ts";
import { loadModel } from "../../../../src/serve/engines/llama/model-file.ts";
import { makeRoom } from "../../../../src/serve/engines/llama/room.ts";
import { contextLength, decided } from "./tiny-model.ts";

let llama: Awaited<ReturnType<typeof openBackend>>;
let model: Awaited<ReturnType<typeof loadModel>>;

beforeAll(async () => {
  llama = await openBackend("cpu");
  model = await loadModel(llama, await decided());
});

afterAll(() => llama.dispose());

test("a context has room for as many conversations as there is memory for, at least one", async () => {
  const asked = { conversations: 8, forks: 4, batchSize: 512 };
  const rooms = [];
  for (const memory of [1e9, 0.8e6, 1]) {
    const made = await makeRoom(model, asked, { contextSize: contextLength }, memory);
    await made?.context.dispose();
    rooms.push(made?.room);
  }
  const [ample, some, none] = rooms;

  expect(ample).toEqual(asked);
  expect(some?.conversations).toBeGreaterThanOrEqual(1);
  expect(some?.conversations).toBeLessThan(8);
  expect(none).toBeUndefined();
});
