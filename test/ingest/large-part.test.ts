import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { openArchive } from "../../src/ingest/archive.ts";
import { parsePart } from "../../src/ingest/facebook.ts";
import { parseLargePart } from "../../src/ingest/large-part.ts";
import { exportFiles, writeZip } from "./export-writer.ts";

const part = Buffer.from(
  [
    ...exportFiles([
      {
        folder: "inbox/ben_1",
        title: "Bén 👋",
        participants: ["Bén", "Ána Lima"],
        messages: Array.from({ length: 50 }, (_, index) => ({
          sender_name: index % 3 === 0 ? "Bén" : "Ána Lima",
          ...(index !== 7 && { timestamp_ms: 1_500_000_000_000 + index }),
          content: `olá "${index}" 👩‍👩‍👧 \n \\ {}[]`,
          ...(index % 5 === 0 && {
            reactions: [{ reaction: "😆", actor: "Bén" }],
            new_field: { deep: [1, -2.5e3, null] },
          }),
        })),
      },
    ]).values(),
  ][0] as string,
);

test.each([
  ["as Facebook writes it", part],
  ["saved again as UTF-8", Buffer.from(JSON.stringify({ ...parse(part), title: "já" }))],
  ["with a byte-order mark", Buffer.concat([Buffer.from("\ufeff"), part])],
  ["without messages", Buffer.from('{"participants":[],"messages":[]}')],
])("a part %s reads the same in pieces as at once", async (_name, bytes) => {
  for (const size of [1, 7, 1000, 1_000_000])
    expect(await parseLargePart(inPieces(bytes, size))).toEqual(parsePart(bytes));
});

test.each([
  ["cut off", part.subarray(0, part.length - 30), "not whole JSON"],
  ["with text after its end", Buffer.concat([part, Buffer.from(" secret")]), "not whole JSON"],
  ["of another kind", Buffer.from('{"participants":[]}'), "it has no list of messages"],
  ["with another kind of messages", Buffer.from('{"messages":{"a":1}}'), "not whole JSON"],
])("a part %s is refused without its words", async (_name, bytes, problem) => {
  await expect(parseLargePart(inPieces(bytes, 100))).rejects.toThrow(problem);
});

test("an entry of a zip streams what it reads, and checks its checksum", async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona zip ")), "export.zip");
  await writeZip(file, new Map([["messages/inbox/ben_1/message_1.json", part]]));
  const archive = await openArchive(file);
  const [entry] = archive.entries;

  expect(await parseLargePart(() => (entry as NonNullable<typeof entry>).stream())).toEqual(parsePart(part));
  await archive.close();
});

function inPieces(bytes: Buffer, size: number): () => Promise<Readable> {
  return async () =>
    Readable.from(
      (function* () {
        for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
      })(),
    );
}

function parse(bytes: Buffer): object {
  return JSON.parse(bytes.toString("utf8"));
}
