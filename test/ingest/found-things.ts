/** Parts and threads as the import finds them, with what a test does not care about filled in. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ExportEntry } from "../../src/ingest/archives/entry.ts";
import type { FoundPart } from "../../src/ingest/formats/format.ts";
import type { StoredThread } from "../../src/ingest/store/stored-thread.ts";

export function foundPart(fields: Partial<FoundPart> = {}): FoundPart {
  return {
    format: "facebook",
    network: "facebook",
    thread: "facebook-1",
    section: "inbox",
    entry: { path: "messages/inbox/x_1/message_1.json", bytes: 0, file: "" },
    archive: 0,
    root: "",
    exportIndex: 0,
    order: -1,
    title: "",
    people: [],
    newestAt: 0,
    ...fields,
  };
}

export function storedThread(fields: Partial<StoredThread> & { names?: string[] } = {}): StoredThread {
  const { names = ["Ana Lima", "Zoë Fox"], ...rest } = fields;
  return {
    id: "facebook-1",
    network: "facebook",
    title: "Zoë Fox",
    section: "inbox",
    people: names.map((name) => ({ name, texts: 1 })),
    entries: 2,
    texts: 2,
    firstAt: 1,
    lastAt: 2,
    kinds: { text: 2 },
    asOf: 2,
    sha256: "0".repeat(64),
    bytes: 100,
    ...rest,
  };
}

export function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona found "));
}

/** A file on disk as an entry of a folder. */
export async function fileEntry(
  content: string | Buffer,
  name = "messages/inbox/x_1/message_1.json",
): Promise<ExportEntry> {
  const file = path.join(await newFolder(), name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return { path: name, bytes: Buffer.byteLength(content), file };
}
