import { appendFile, truncate } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ExportEntry,
  peekEntry,
  readEntry,
  streamEntry,
  tailOfFile,
} from "../../../src/ingest/archives/entry.ts";
import { listZip } from "../../../src/ingest/archives/zip.ts";
import { fileEntry } from "../found-things.ts";
import { type HostileEntry, zipBytes } from "../hostile/zip-writer.ts";

const text = Buffer.from("Olá, tudo bem? ".repeat(50_000));
const methods = [
  ["stored", 0],
  ["deflated", 8],
] as const;

test.each(methods)("a %s entry is read, streamed and peeked at as it was packed", async (_, method) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), fc.nat(4_000), async (bytes, most) => {
      const content = Buffer.from(bytes);
      const entry = await packed({ name: "a.json", data: content, method });
      expect(readEntry(entry)).toEqual(content);
      expect(await drain(entry)).toEqual(content);
      const head = peekEntry(entry, most);
      expect(content.subarray(0, head.length)).toEqual(head);
      expect(head.length).toBeLessThanOrEqual(most);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("a file in a folder is read, streamed, peeked at and read from its end", async () => {
  const entry = await fileEntry(text);
  expect(readEntry(entry).equals(text)).toBe(true);
  expect((await drain(entry)).equals(text)).toBe(true);
  expect(peekEntry(entry, 4).toString()).toBe("Olá");
  expect(tailOfFile(entry, 5).toString()).toBe("bem? ");
  expect([peekEntry(entry, 1e9).length, tailOfFile(entry, 1e9).length]).toEqual([text.length, text.length]);
});

test("an empty file is empty however it is read", async () => {
  for (const entry of [
    await fileEntry(""),
    await packed({ name: "a", method: 0 }),
    await packed({ name: "a" }),
  ]) {
    expect([readEntry(entry).length, peekEntry(entry, 9).length, (await drain(entry)).length]).toEqual([
      0, 0, 0,
    ]);
  }
});

test("the head of ordinary text is peeked at in full length", async () => {
  const entry = await packed({ name: "a.json", data: text });
  expect(peekEntry(entry, 65_536).equals(text.subarray(0, 65_536))).toBe(true);
});

test.each(methods)(
  "a %s entry with a wrong checksum is refused, whole and as a stream",
  async (_, method) => {
    const entry = await packed({ name: "a.json", data: text, method, crc: 5 });
    expect(() => readEntry(entry)).toThrow("its checksum is wrong");
    await expect(drain(entry)).rejects.toThrow("its checksum is wrong");
  },
);

test("an entry that is longer than its zip says is refused before it is unpacked whole", async () => {
  const entry = { ...(await packed({ name: "a.json", data: text })), bytes: 100 };
  expect(() => readEntry(entry)).toThrow("its packed data are damaged");
  await expect(drain(entry)).rejects.toThrow("longer than its zip says");
});

test("an entry that is shorter than its zip says is refused", async () => {
  const entry = { ...(await packed({ name: "a.json", data: text })), bytes: text.length + 1 };
  expect(() => readEntry(entry)).toThrow("its checksum is wrong");
  await expect(drain(entry)).rejects.toThrow("its checksum is wrong");
});

test("packed data that are damaged are refused, not passed on", async () => {
  const entry = await packed({ name: "a.json", data: text, method: 0 });
  const lying = { ...entry, packed: { ...entry.packed, method: 8 } as NonNullable<ExportEntry["packed"]> };
  expect(() => readEntry(lying)).toThrow("its packed data are damaged");
  expect(() => peekEntry(lying, 100)).toThrow("its packed data are damaged");
  await expect(drain(lying)).rejects.toThrow("its packed data are damaged");
});

test.each<[string, HostileEntry]>([
  ["it is encrypted", { name: "a.json", data: "x", flags: 0x801 }],
  ["its packing method 12 is not known", { name: "a.json", data: "x", method: 12 }],
])("%s: no byte of it is read", async (problem, hostile) => {
  const entry = await packed(hostile);
  expect(() => readEntry(entry)).toThrow(problem);
  expect(() => peekEntry(entry, 5)).toThrow(problem);
  await expect(drain(entry)).rejects.toThrow(problem);
});

test("a file that became shorter while it was read is told", async () => {
  const entry = await fileEntry(text);
  await truncate(entry.file, 10);
  expect(() => readEntry(entry)).toThrow("it ends before its time");
});

test("the local header's own name and extra field are skipped by their own lengths", async () => {
  const entry = await packed({ name: "a.json", localName: "another/name.json", data: text });
  expect(readEntry(entry).equals(text)).toBe(true);
});

test("bytes behind the zip's end do not matter", async () => {
  const entry = await packed({ name: "a.json", data: text });
  await appendFile(entry.file, "more");
  expect(readEntry(entry).equals(text)).toBe(true);
});

async function packed(entry: HostileEntry): Promise<ExportEntry> {
  const { file } = await fileEntry(zipBytes([entry]), "export.zip");
  const { entries } = await listZip(file);
  return entries[0] as ExportEntry;
}

async function drain(entry: ExportEntry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of streamEntry(entry)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
