import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { prepareShards } from "../../src/prepare/index.ts";
import { chat, hour, message, newWorkspace, persona, prepare, storeOf } from "./data-set.ts";

test("unchanged inputs do nothing; after a small import only touched threads are rendered", async () => {
  const threads = Array.from({ length: 12 }, (_, index) => chat(`friend-${index}`, 15, `Friend ${index}`));
  const workspace = await newWorkspace();
  const first = await prepareShards({ store: storeOf(threads), workspace });
  const again = await prepareShards({ store: storeOf(threads), workspace });
  const newer = threads.map((thread, index) =>
    index === 3 ? [...thread, message("friend-3", persona, "one more", 900 * hour)] : thread,
  );
  const after = await prepareShards({ store: storeOf(newer), workspace });
  const fromNothing = await prepare(storeOf(newer));

  expect([first, again, after].map(({ reused }) => reused)).toEqual([false, true, false]);
  expect([first, again, after].map(({ renderedThreads }) => renderedThreads)).toEqual([12, 0, 1]);
  expect(await shardBytes(after.directory)).toEqual(await shardBytes(fromNothing.directory));
});

test("what becomes held-out text later is taken out of threads that were rendered before", async () => {
  const text = "eight words that are said by nobody else here at all";
  const old = chat("old", 60);
  (old[21] as { text: string }).text = text;
  const workspace = await newWorkspace();
  const one = await prepareShards({ store: storeOf([old, chat("new", 40)]), workspace });
  const grown = [...chat("new", 40), message("new", persona, text, 900 * hour)];
  const two = await prepareShards({ store: storeOf([old, grown]), workspace });

  expect(one.manifest.excluded).toEqual({});
  expect(two.renderedThreads).toBe(1);
  expect(two.manifest.excluded["turns that repeat held-out text"]?.personaBubbles).toBe(1);
});

test("a choice about whole threads leaves the segments of the others valid", async () => {
  const store = storeOf([chat("a", 60), chat("b", 60)]);
  const workspace = await newWorkspace();
  await prepareShards({ store, workspace });
  const other = await prepareShards({ store, workspace, excludeThreads: ["b"] });

  expect(other.renderedThreads).toBe(1);
});

test("a damaged segment is made again", async () => {
  const { writeFile } = await import("node:fs/promises");
  const store = storeOf([chat("a", 60), chat("b", 60)]);
  const workspace = await newWorkspace();
  const first = await prepareShards({ store, workspace });
  const [folder = ""] = await readdir(workspace.segments);
  const segment = (await readdir(path.join(workspace.segments, folder))).find((name) =>
    name.endsWith(".segment"),
  );
  await writeFile(path.join(workspace.segments, folder, segment ?? ""), "half");
  const other = await prepareShards({ store, workspace, minOwnTexts: 4 });

  expect(other.renderedThreads).toBe(1);
  expect(await shardBytes(other.directory)).toEqual(await shardBytes(first.directory));
});

test("a dry run gives the counts of the real one and leaves nothing", async () => {
  const store = storeOf([chat("a", 60), chat("b", 3)]);
  const workspace = await newWorkspace();
  const dry = await prepareShards({ store, workspace, dryRun: true });
  const left = (await readdir(workspace.root, { recursive: true })).filter((name) => name !== "shards");
  const real = await prepareShards({ store, workspace });

  expect(left).toEqual([]);
  expect({ ...dry.manifest, createdAt: "" }).toEqual({ ...real.manifest, createdAt: "" });
});

test("everything on disk is readable by its owner alone", async () => {
  const workspace = await newWorkspace();
  await prepareShards({ store: storeOf([chat("a", 60)]), workspace });
  const open: string[] = [];
  for (const name of await readdir(workspace.root, { recursive: true })) {
    if (((await stat(path.join(workspace.root, name))).mode & 0o077) !== 0) open.push(name);
  }

  expect(open).toEqual([]);
});

async function shardBytes(directory: string): Promise<string[]> {
  const names = ["train", "val"].flatMap((split) =>
    ["bin", "mask", "offsets", "turns"].map((end) => `${split}.${end}`),
  );
  return Promise.all(names.map(async (name) => (await readFile(path.join(directory, name))).toString("hex")));
}
