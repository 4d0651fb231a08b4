import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { prepareShards } from "../../src/prepare/index.ts";
import {
  chat,
  hour,
  message,
  newWorkspace,
  persona,
  prepare,
  readTurns,
  shardBytes,
  storeOf,
} from "./data-set.ts";

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

test("a new person leaves threads valid in which their name cannot stand", async () => {
  const threads = Array.from({ length: 8 }, (_, index) =>
    chat(`friend-${index}`, 15, `Friend ${"ABCDEFGH"[index]}`),
  );
  (threads[2]?.[4] as { text: string }).text = "i met zora quill at the lake";
  const workspace = await newWorkspace();
  const options = { realNames: "invented" } as const;
  await prepareShards({ store: storeOf(threads), workspace, ...options });
  const grown = storeOf([...threads, chat("zora", 15, "Zora Quill")]);
  const after = await prepareShards({ store: grown, workspace, ...options });
  const turns = [
    ...(await readTurns(after.directory, "train", after.manifest)),
    ...(await readTurns(after.directory, "val", after.manifest)),
  ];

  // Her own thread, and the one that speaks of her.
  expect(after.renderedThreads).toBe(2);
  expect(JSON.stringify(turns)).toMatch(/i met [^"]+ at the lake/);
  expect(JSON.stringify(turns)).not.toMatch(/quill/i);
  expect(await shardBytes(after.directory)).toEqual(
    await shardBytes((await prepare(grown, options)).directory),
  );
});

test("whoever joins in whatever order, a rerun gives what a run from nothing gives", async () => {
  const names = [
    "Ben Ito",
    "Ben Oda",
    "Zoë 🌸 Fox",
    "🌸 Eva Rei",
    "李雷",
    "Ada",
    "Ana Maria Costa",
    "O'Neil Kay",
    "Dr. Íris Sá",
    "Jean-Luc",
  ];
  const someText = fc
    .array(
      fc.constantFrom(
        ...names,
        "Iris Sa",
        "iris",
        "Jean-Luc's",
        "Jean",
        "ana costa",
        "ada",
        "BEN",
        "ito",
        "Costa",
        "李雷说",
        "eva",
        "lake",
        "ok",
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((words) => words.join(" "));
  const someThreads = fc.array(fc.array(someText, { minLength: 3, maxLength: 6 }), {
    minLength: names.length,
    maxLength: names.length,
  });
  await fc.assert(
    fc.asyncProperty(someThreads, fc.constantFrom("invented", "initials"), async (texts, realNames) => {
      const threads = names.map((name, thread) =>
        chat(`thread-${thread}`, 12, name).map((entry, index) => {
          const text = texts[thread]?.[index];
          return text === undefined ? entry : { ...entry, text };
        }),
      );
      const workspace = await newWorkspace();
      for (const count of [2, 5, names.length]) {
        const store = storeOf(threads.slice(0, count));
        const rerun = await prepareShards({ store, workspace, realNames: realNames as "invented" });
        const fresh = await prepare(store, { realNames: realNames as "invented" });

        expect(await shardBytes(rerun.directory)).toEqual(await shardBytes(fresh.directory));
      }
    }),
    { numRuns: 12, seed: 5 },
  );
});
