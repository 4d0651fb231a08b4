import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { importExports } from "../../../src/ingest/index.ts";
import { readIndex } from "../../../src/ingest/store/store.ts";
import type { StoredThread } from "../../../src/ingest/store/stored-thread.ts";
import { threadFile } from "../../../src/ingest/store/thread-file.ts";
import { openJobPool } from "../../../src/ingest/threads/job-pool.ts";
import { createJobRunner } from "../../../src/ingest/threads/thread-job.ts";
import { openWorkspace } from "../../../src/workspace.ts";
import { exportFiles, writeZip } from "../export-writer.ts";
import { newFolder } from "../found-things.ts";

const owner = "Ána Lima";

test("a thread with too many messages of one moment is left as it was, and told; the others are brought in", async () => {
  const folder = await newFolder();
  const workspace = openWorkspace(path.join(folder, "data"));
  const older = await writeZip(path.join(folder, "1.zip"), files(20_001, 1));
  const newer = await writeZip(path.join(folder, "2.zip"), files(20_001, 2));

  const first = await importExports([older], { workspace });
  expect(first).toMatchObject({ threads: 2, added: 20_002, problems: [] });
  const stored = await storedThreads(workspace.messages, "facebook-20");
  const report = await importExports([newer], { workspace });

  expect(report).toMatchObject({ threads: 2, added: 1, duplicates: 1 });
  expect(report.problems.map(({ problem }) => problem)).toEqual(
    Array(3).fill("has more messages of one moment than can be merged: its thread is left as it was"),
  );
  expect(await storedThreads(workspace.messages, "facebook-20")).toEqual(stored);
  expect((await readdir(workspace.messages)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a thread file that is gone is a damaged store, also when a worker thread misses it", async () => {
  const folder = await newFolder();
  const workspace = openWorkspace(path.join(folder, "data"));
  await importExports([await writeZip(path.join(folder, "1.zip"), files(1, 1))], { workspace });
  const known = (await readIndex(workspace))?.threads[0] as StoredThread;
  await rm(threadFile(workspace, known));
  const job = { id: known.id, parts: [], known: [{ stored: known, shiftMs: 0 }] };
  const settings = {
    workspace,
    owner,
    owners: [owner],
    renames: {},
    tombstones: [],
    asOf: [0],
    wholeFileBytes: 1,
  };
  const pool = openJobPool(1);
  const work = { context: settings, doTask: createJobRunner(settings) };
  const doing = pool.runBeside(job, work, async () => {});
  const error = await doing.catch((thrown: unknown) => thrown);
  await pool.close();

  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    message: `${threadFile(workspace, known)} is missing: the message store is damaged.`,
    fix: expect.stringContaining("import your exports again"),
  });
});

/** A flood, all of one moment, and a thread with as many messages as are asked for. */
function files(flood: number, ordinary: number) {
  const message = (index: number, timestamp_ms: number) => ({
    sender_name: index % 2 === 0 ? owner : "Zoë Fox",
    timestamp_ms,
    content: `${index}`,
  });
  const of = (count: number, time: (index: number) => number) =>
    Array.from({ length: count }, (_, index) => message(index, time(index)));
  const people = ["Zoë Fox", owner];
  return exportFiles(
    [
      { folder: "inbox/flood_20", participants: people, messages: of(flood, () => 1.6e12) },
      { folder: "inbox/zoefox_10", participants: people, messages: of(ordinary, (index) => 1.6e12 + index) },
    ],
    { owner },
  );
}

async function storedThreads(directory: string, id: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith(id));
}
