/** What imports need in memory at their peak does not grow with what they read. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeSyntheticChat } from "../../src/bench/inputs/synthetic-export.ts";
import { measureProcess } from "../../src/bench/measure.ts";
import { openMessages } from "../../src/ingest/index.ts";
import { projectRoot } from "../../src/project.ts";
import { openWorkspace } from "../../src/workspace.ts";
import { facebookJson } from "./export-writer.ts";
import { newFolder } from "./found-things.ts";

const maxBytes = 250_000_000;
const cli = path.join(projectRoot, "dist", "cli.js");
const owner = "Inês Duarte";

test("one encrypted chat of 150 MB", async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, "export", "Zoë Fox_1.json");
  expect(await writeSyntheticChat(file, { bytes: 150_000_000 })).toBeGreaterThan(150_000_000);
  expect((await importInto(folder)).peakBytes).toBeLessThan(maxBytes);
});

test("one thread whose parts are in the wrong order, which are sorted on disk", async () => {
  const folder = await temporaryFolder();
  const parts = 24;
  const size = 5_000;
  for (let part = 1; part <= parts; part++) await writePart(folder, part, size);
  expect((await importInto(folder)).peakBytes).toBeLessThan(maxBytes);

  const store = await openMessages(openWorkspace(path.join(folder, "data")));
  let count = 0;
  let last = 0;
  for (const thread of store.threads)
    for await (const { sentAt } of store.read(thread)) {
      expect(sentAt).toBeGreaterThan(last);
      last = sentAt ?? 0;
      count++;
    }
  expect(count).toBe(parts * size);
});

/** Each part is newest first, as it has to be, but the first part is the oldest. */
async function writePart(folder: string, part: number, size: number): Promise<void> {
  const directory = path.join(folder, "export", "messages", "inbox", "zoefox_1");
  await mkdir(directory, { recursive: true });
  const messages = Array.from({ length: size }, (_, index) => ({
    sender_name: index % 3 === 0 ? owner : "Zoë Fox",
    timestamp_ms: 1_600_000_000_000 + part * 1_000_000_000 - index * 1_000,
    content: `${part} ${index} ${"olá, tudo bem? ".repeat(14)}`,
  }));
  const people = [{ name: owner }, { name: "Zoë Fox" }];
  await writeFile(
    path.join(directory, `message_${part}.json`),
    facebookJson({ participants: people, messages }),
  );
}

function importInto(folder: string) {
  const from = path.join(folder, "export");
  const to = path.join(folder, "data");
  return measureProcess(["node", cli, "import", from, "--persona", owner, "--data", to]);
}

async function temporaryFolder(): Promise<string> {
  const folder = await newFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
