import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { prepareShards } from "../../../src/prepare/index.ts";
import { chat, newWorkspace, prepare, shardBytes, storeOf } from "../data-set.ts";

const threads = Array.from({ length: 8 }, (_, index) => chat(`friend-${index}`, 20, `Friend ${index}`));

test("asked for twice at once, a data set is made once, and both have it", async () => {
  const store = storeOf(threads);
  const workspace = await newWorkspace();
  const made = await Promise.all([
    prepareShards({ store, workspace }),
    prepareShards({ store, workspace }),
    prepareShards({ store, workspace }),
  ]);
  const fresh = await prepare(store);

  for (const { directory } of made)
    expect(await shardBytes(directory)).toEqual(await shardBytes(fresh.directory));
  expect(await readdir(workspace.shards)).toEqual([fresh.manifest.id]);
});

test("two data sets at once do not take each other's segments away", async () => {
  const workspace = await newWorkspace();
  const stores = [storeOf(threads), storeOf(threads.slice(1)), storeOf(threads.slice(0, 5))];
  const made = await Promise.all(stores.map((store) => prepareShards({ store, workspace })));
  for (const [index, store] of stores.entries()) {
    const fresh = await prepare(store);
    expect(await shardBytes(made[index]?.directory ?? "")).toEqual(await shardBytes(fresh.directory));
  }
});

test("what a process of the same id left behind is in nobody's way, and goes", async () => {
  const store = storeOf(threads);
  const { manifest } = await prepare(store);
  const workspace = await newWorkspace();
  for (const aside of [`${manifest.id}.${process.pid}.tmp`, `${manifest.id}.scratch.${process.pid}.tmp`]) {
    await mkdir(path.join(workspace.shards, aside), { recursive: true });
    await writeFile(path.join(workspace.shards, aside, "train.bin"), "half");
  }
  await prepareShards({ store, workspace });

  expect(await readdir(workspace.shards)).toEqual([manifest.id]);
});

test("a folder that lost its manifest is none, and is made anew", async () => {
  const store = storeOf(threads);
  const workspace = await newWorkspace();
  const first = await prepareShards({ store, workspace });
  await rm(path.join(first.directory, "manifest.json"));
  const again = await prepareShards({ store, workspace });

  expect(await readdir(again.directory)).toContain("manifest.json");
});

test.skipIf(process.platform !== "linux")(
  "a run that is stopped while it writes shards leaves no file open",
  async () => {
    const workspace = await newWorkspace();
    const stop = new AbortController();
    const onProgress = (done: number, total: number) => {
      if (done === total) stop.abort(new Error("stopped"));
    };
    const open = async () => (await readdir("/proc/self/fd")).length;
    const before = await open();
    const stopped = prepareShards({ store: storeOf(threads), workspace, onProgress, signal: stop.signal });

    await expect(stopped).rejects.toThrow("stopped");
    expect(await open()).toBe(before);
    expect(await readdir(workspace.shards)).toEqual([]);
  },
);
