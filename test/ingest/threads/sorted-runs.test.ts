import { mkdir, mkdtemp, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlacedEntry } from "../../../src/ingest/merge/source.ts";
import { SortedRuns } from "../../../src/ingest/threads/sorted-runs.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";

const entry = fc
  .record({
    sentAt: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 6 }),
    text: fc.string({ unit: "grapheme", maxLength: 6 }),
    sender: fc.constantFrom("Zoë Fox", 'Ana "A" Lima', ""),
  })
  .map(
    (fields): PlacedEntry => ({
      ...fields,
      text: fields.text.toWellFormed(),
      kind: "text",
      attachments: [],
      reactions: [{ emoji: "👍", actor: fields.sender }],
      source: "facebook/e2ee",
    }),
  );
const batches = fc.array(
  fc.record({ entries: fc.array(entry, { maxLength: 8 }), sequence: fc.integer({ min: -3, max: 3 }) }),
  { maxLength: 10 },
);

test("sorts as a stable sort does, however often it spills", async () => {
  const workspace = await newWorkspace();
  await fc.assert(
    fc.asyncProperty(batches, fc.constantFrom(0, 400, 2_000, 1e9), async (all, runCharacters) => {
      const runs = new SortedRuns(workspace, "facebook-1", { runCharacters });
      for (const { entries, sequence } of all) runs.add(entries, sequence);
      expect(await drain(runs)).toEqual(stableSort(all));
      runs.close();
      expect(await readdir(workspace.messages)).toEqual([]);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("spilled messages lie in private files beside the store, until it is closed", async () => {
  const workspace = await newWorkspace();
  const runs = new SortedRuns(workspace, "facebook-1", { runCharacters: 0 });
  const [one] = fc.sample(entry, { seed: 1, numRuns: 1 }) as [PlacedEntry];
  runs.add([one], 0);
  runs.add([one], 1);
  const files = await readdir(workspace.messages);
  expect(files).toHaveLength(2);
  for (const file of files) {
    expect(file).toMatch(/^facebook-1\.run\..+\.tmp$/);
    expect((await stat(path.join(workspace.messages, file))).mode & 0o777).toBe(0o600);
  }
  runs.close();
  expect(await readdir(workspace.messages)).toEqual([]);
});

test("nothing is spilled by a small thread", async () => {
  const workspace = await newWorkspace();
  const runs = new SortedRuns(workspace, "facebook-1");
  runs.add(fc.sample(entry, { seed: 1, numRuns: 500 }), 0);
  expect(await readdir(workspace.messages)).toEqual([]);
});

test("what has many attachments and no words is spilled as well", async () => {
  const workspace = await newWorkspace();
  const runs = new SortedRuns(workspace, "facebook-1", { runCharacters: 100_000 });
  const attachments = Array.from({ length: 1_000 }, () => ({ kind: "photo" as const, name: "1.jpg" }));
  const [one] = fc.sample(entry, { seed: 1, numRuns: 1 }) as [PlacedEntry];
  runs.add([{ ...one, attachments }], 0);
  expect(await readdir(workspace.messages)).toHaveLength(1);
  runs.close();
});

function stableSort(all: { entries: PlacedEntry[]; sequence: number }[]): PlacedEntry[] {
  let last = 0;
  const placed = all.flatMap(({ entries, sequence }) =>
    entries.map((entry) => {
      last = entry.sentAt ?? last;
      return { at: last, sequence, entry };
    }),
  );
  return placed.sort((a, b) => a.at - b.at || a.sequence - b.sequence).map(({ entry }) => entry);
}

async function drain(runs: SortedRuns): Promise<PlacedEntry[]> {
  const entries: PlacedEntry[] = [];
  for await (const batch of runs.batches()) entries.push(...batch);
  return entries;
}

async function newWorkspace(): Promise<Workspace> {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona runs ")));
  await mkdir(workspace.messages, { recursive: true });
  return workspace;
}
