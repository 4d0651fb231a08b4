import { expect, test } from "vitest";
import type { FoundPart } from "../../../src/ingest/formats/format.ts";
import { groupIntoSources } from "../../../src/ingest/threads/thread-sources.ts";
import { fileEntry, foundPart } from "../found-things.ts";

test("the parts in one archive are one source, the oldest first and by number", async () => {
  const parts = await Promise.all([2, 10, 1, 3].map((n) => part({ order: -n })));
  expect(orders(groupIntoSources(parts, 1e6))).toEqual([[-10, -3, -2, -1]]);
});

test("parts in two zips are one export's where each goes on from the other", async () => {
  const newer = await part({ order: -1, archive: 0 }, [900, 800, 700]);
  const older = await part({ order: -2, archive: 1 }, [700, 600]);
  expect(orders(groupIntoSources([newer, older], 1e6))).toEqual([[-2, -1]]);
});

test("parts in two zips whose times overlap are two exports'", async () => {
  const newer = await part({ order: -1, archive: 0 }, [900, 700]);
  const older = await part({ order: -2, archive: 1 }, [800, 600]);
  expect(orders(groupIntoSources([newer, older], 1e6))).toEqual([[-1], [-2]]);
});

test("of two parts with one number each is a source, whatever their times", async () => {
  const one = await part({ archive: 0 }, [900]);
  const other = await part({ archive: 1 }, [800]);
  expect(groupIntoSources([one, other], 1e6)).toHaveLength(2);
});

test("a part that an archive holds twice is a source of its own", async () => {
  const parts = await Promise.all([1, 1, 2, 2, 3].map((n) => part({ order: -n })));
  expect(orders(groupIntoSources(parts, 1e6))).toEqual([
    [-3, -2, -1],
    [-2, -1],
  ]);
});

test.each<[string, Partial<FoundPart>]>([
  ["sections", { section: "e2ee_cutover" }],
  ["formats", { format: "secure-storage" }],
  ["exports", { exportIndex: 1, archive: 1 }],
])("parts of two %s are two sources", async (_, other) => {
  const one = await part({ order: -1 }, [900]);
  const two = await part({ order: -2, ...other }, [800]);
  expect(groupIntoSources([one, two], 1e6)).toHaveLength(2);
});

test("times that somebody wrote about are not taken for those of messages", async () => {
  const content = JSON.stringify({
    messages: [{ content: '"timestamp_ms": 1', timestamp_ms: 900 }, { timestamp_ms: 800 }],
  });
  const newer = foundPart({ order: -1, archive: 0, entry: await fileEntry(content) });
  const older = await part({ order: -2, archive: 1 }, [700]);
  expect(orders(groupIntoSources([newer, older], 1e6))).toEqual([[-2, -1]]);
});

test("parts of 2018 are compared by their seconds", async () => {
  const seconds = async (order: number, archive: number, times: number[]) =>
    foundPart({
      order,
      archive,
      entry: await fileEntry(JSON.stringify({ messages: times.map((timestamp) => ({ timestamp })) })),
    });
  const overlapping = [await seconds(-1, 0, [900, 700]), await seconds(-2, 1, [800, 600])];
  expect(groupIntoSources(overlapping, 1e6)).toHaveLength(2);
});

test("parts that are not read whole stay sources of their own", async () => {
  const newer = await part({ order: -1, archive: 0 }, [900]);
  const older = await part({ order: -2, archive: 1 }, [800]);
  expect(groupIntoSources([newer, older], 10)).toHaveLength(2);
});

test("a part that cannot be read is no reason to fail here", () => {
  const gone = { path: "a", bytes: 5, file: "/nowhere/at/all" };
  const parts = [foundPart({ archive: 0, entry: gone }), foundPart({ archive: 1, order: -2, entry: gone })];
  expect(groupIntoSources(parts, 1e6).flat()).toHaveLength(2);
});

/** A part with messages of the given times, newest first as in the file. */
async function part(fields: Partial<FoundPart>, times: number[] = [1]): Promise<FoundPart> {
  const messages = times.map((timestamp_ms) => ({ sender_name: "Zoë", timestamp_ms }));
  return foundPart({ ...fields, entry: await fileEntry(JSON.stringify({ messages }, undefined, 2)) });
}

function orders(sources: FoundPart[][]): number[][] {
  return sources.map((source) => source.map(({ order }) => order));
}
