import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { projectRoot } from "../../../src/project.ts";
import { exportFiles, writeFolder } from "../../ingest/export-writer.ts";
import { hour, persona, words } from "../data-set.ts";

test("any number of worker threads makes the same bytes, and a second run does nothing", async () => {
  const folder = await exportOfManyThreads();
  const made: [string, string][][] = [];
  for (const jobs of ["1", "2", "5"]) {
    const data = await mkdtemp(path.join(tmpdir(), "persona jobs "));
    await runPersona(data, "import", folder);
    await runPersona(data, "prepare", "--jobs", jobs, "--real-names", "invented");
    made.push(await contents(path.join(data, "shards")));
    const again = await runPersona(data, "prepare", "--jobs", jobs, "--real-names", "invented");
    expect(again).toContain("Nothing has changed: reused");
  }

  expect(made[0]?.map(([name]) => path.basename(name))).toContain("train.bin");
  expect(made[1]).toEqual(made[0]);
  expect(made[2]).toEqual(made[0]);
});

test("killed at any moment, prepare leaves whole data sets or none, and then makes the same one", async () => {
  const data = await mkdtemp(path.join(tmpdir(), "persona killed "));
  await runPersona(data, "import", await exportOfManyThreads());
  const started = Date.now();
  await runPersona(data, "prepare", "--dry-run");
  const takesMs = Date.now() - started;
  const left: string[] = [];
  for (const share of [0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]) {
    const child = execFile(process.execPath, commandOf(data, "prepare", "--jobs", "2"));
    const exit = once(child, "exit");
    await Promise.race([sleep(takesMs * share), exit]);
    child.kill("SIGKILL");
    // While it is still dying, the next one takes its folders for those of a process at work.
    await exit;
    for (const name of await readdir(path.join(data, "shards")).catch(() => [] as string[]))
      if (!name.endsWith(".tmp") && !(await isWhole(path.join(data, "shards", name)))) left.push(name);
  }
  await runPersona(data, "prepare");
  const fresh = await mkdtemp(path.join(tmpdir(), "persona unharmed "));
  await cp(path.join(data, "messages"), path.join(fresh, "messages"), { recursive: true });
  await runPersona(fresh, "prepare");

  expect(left).toEqual([]);
  expect(await contents(path.join(data, "shards"))).toEqual(await contents(path.join(fresh, "shards")));
});

/** Whether a data set's files are those that its manifest names. */
async function isWhole(directory: string): Promise<boolean> {
  const { splits } = JSON.parse(await readFile(path.join(directory, "manifest.json"), "utf8"));
  for (const [split, { files }] of Object.entries<{ files: Record<string, { sha256: string }> }>(splits))
    for (const [end, { sha256 }] of Object.entries(files)) {
      const bytes = await readFile(path.join(directory, `${split}.${end}`));
      if (createHash("sha256").update(bytes).digest("hex") !== sha256) return false;
    }
  return true;
}

async function runPersona(data: string, ...words: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, commandOf(data, ...words))).stderr;
}

function commandOf(data: string, ...words: string[]): string[] {
  return [path.join(projectRoot, "dist/cli.js"), "--data", data, ...words];
}

/** Long texts that several people have in common among the newest too, so that copies are found across threads. */
async function exportOfManyThreads(): Promise<string> {
  const threads = Array.from({ length: 30 }, (_, thread) => {
    const friend = `Friend ${"ABCDEFGHIJKLMNOPQRSTUVWXYZabcd"[thread]}`;
    const messages = Array.from({ length: 40 + 15 * thread }, (_, index) => ({
      sender_name: index % 2 === 0 ? friend : persona,
      timestamp_ms: Date.UTC(2020, 0) + index * (index % 6 === 0 ? 9 * hour : 40_000),
      content: words(1 + ((index * 7 + thread) % 20), (index + thread) % 50),
    })).sort((a, b) => a.timestamp_ms - b.timestamp_ms);
    return { folder: `inbox/friend_${1000 + thread}`, participants: [friend, persona], messages };
  });
  return writeFolder(
    await mkdtemp(path.join(tmpdir(), "persona export ")),
    exportFiles(threads, { owner: persona }),
  );
}

/** Every file below a folder; what says when it was made is left out. */
async function contents(folder: string): Promise<[string, string][]> {
  const names = (await readdir(folder, { recursive: true }))
    .toSorted()
    .filter((name) => path.extname(name) !== "");
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const bytes = await readFile(path.join(folder, name));
      const isMade = /\.(bin|mask|offsets|turns)$/.test(name);
      return [
        name,
        isMade
          ? bytes.toString("hex")
          : bytes.toString("utf8").replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d\d:\d\d/g, ""),
      ];
    }),
  );
}
