import { chmod, chown, mkdtemp, open, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { projectRoot } from "../../../src/project.ts";
import { writeFolder } from "../export-writer.ts";
import { hostileInputs } from "./inputs.ts";
import { friend, goodFiles, type HostileInput } from "./parts.ts";
import { zipBytes } from "./zip-writer.ts";

const cli = path.join(projectRoot, "dist", "cli.js");
const damagedFile = "your_facebook_activity/messages/inbox/eva_9/message_1.json";
const megabyte = 1024 * 1024;

// One of each family of the table; the whole table runs in this process, in table.test.ts.
const shown = [
  "zip with a path that climbs out",
  "zip entry whose checksum is wrong",
  "zip cut off in its middle",
  "zip of zips",
  "folder that links to itself",
  "path that is not there",
  "file that is no export",
  "JSON cut off in a message",
  "arrays 100,000 deep in a message",
  "arrays 100,000 deep and nothing else",
  "messages that are no objects",
  "values of every wrong type as timestamp_ms",
  "times before, after and outside all calendars",
  "people and threads with names of every kind",
];

test.each(rowsOf(shown))("the command says what is wrong and never how: %s", async (_, input) => {
  const directory = await newFolder();
  const result = await runImport(await input.make(directory));

  expectPlainWords(result.stderr);
  expect(result.exitCode).toBe(result.outcome === "refused" ? 1 : 0);
  expect(result.outcome).toBe(input.outcome);
  if (result.outcome !== "refused") await expectReadable(result.data);
});

test("with --strict a damaged file is a failure, and the rest is imported all the same", async () => {
  const folder = await writeFolder(
    await newFolder(),
    new Map([...goodFiles(), [damagedFile, '{"messages":[']]),
  );
  const result = await runImport([folder], ["--strict"]);

  expect(result.exitCode).toBe(1);
  expectPlainWords(result.stderr);
  await expectReadable(result.data);
});

test("a pipe in the place of a file does not hold up the import", async () => {
  const folder = await writeFolder(await newFolder(), new Map([...goodFiles(), [damagedFile, ""]]));
  await execa("rm", [path.join(folder, damagedFile)]);
  await execa("mkfifo", [path.join(folder, damagedFile)]);
  const result = await runImport([folder]);

  expect(result.exitCode).toBe(0);
  expectPlainWords(result.stderr);
  await expectReadable(result.data);
});

test("a file that may not be read is named, and the rest is imported", async () => {
  const directory = await newFolder();
  const folder = await writeFolder(
    path.join(directory, "export"),
    new Map([...goodFiles(), [damagedFile, "{}"]]),
  );
  await chmod(path.join(folder, damagedFile), 0);
  const result = await runImport([folder], [], await asOrdinaryUser(directory));

  expect(result.exitCode).toBe(0);
  expect(result.stderr).toMatch(/^! .*eva_9.message_1\.json/m);
  expectPlainWords(result.stderr);
});

test("a text of 100 MB takes no more memory than a few copies of it", async () => {
  const folder = await writeFolder(await newFolder(), new Map([...goodFiles(), [damagedFile, ""]]));
  await writeHugeText(path.join(folder, damagedFile));
  const result = await runImport([folder]);

  expect(result.exitCode).toBe(0);
  expectPlainWords(result.stderr);
  expect(result.peakBytes).toBeLessThan(900 * megabyte);
});

test("a zip bomb takes no memory to speak of", async () => {
  const directory = await newFolder();
  const plain = await runImport([await writeFolder(path.join(directory, "export"), goodFiles())]);
  const bomb = path.join(directory, "bomb.zip");
  const entries = [...goodFiles()].map(([name, data]) => ({ name, data }));
  const spaces = { name: damagedFile, data: Buffer.alloc(256 * megabyte, " ") };
  await writeWhole(bomb, zipBytes([...entries, spaces]));
  const result = await runImport([bomb]);

  expectPlainWords(result.stderr);
  expect(result.peakBytes).toBeLessThan(plain.peakBytes + 150 * megabyte);
});

function rowsOf(names: string[]): [string, HostileInput][] {
  const rows = hostileInputs().filter(({ name }) => names.includes(name));
  if (rows.length !== names.length) throw new Error("A name is not in the table.");
  return rows.map((row) => [row.name, row]);
}

interface CommandResult {
  exitCode: number | undefined;
  stderr: string;
  outcome: "refused" | "warned" | "imported";
  data: string;
  /** Most memory that the process held, where the system says so; else 0. */
  peakBytes: number;
}

async function runImport(
  paths: string[],
  flags: string[] = [],
  user: { uid?: number } = {},
): Promise<CommandResult> {
  const cwd = await newFolder();
  const data = path.join(cwd, "data");
  if (user.uid !== undefined) await chown(cwd, user.uid, user.uid);
  const child = execa("node", [cli, "import", "--data", data, ...flags, ...paths], {
    cwd,
    reject: false,
    // A hang is a failure of the test, not of the machine.
    timeout: 60_000,
    killSignal: "SIGKILL",
    ...user,
  });
  const peak = watchMemory(child.pid);
  const { exitCode, stderr } = await child;
  const outcome = /^Error: /m.test(stderr)
    ? "refused"
    : /^(?:! | {2}left out| {2}unknown field)/m.test(stderr)
      ? "warned"
      : "imported";
  return { exitCode, stderr, outcome, data, peakBytes: peak.stop() };
}

function watchMemory(pid: number | undefined): { stop(): number } {
  let peakBytes = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    peakBytes = Math.max(peakBytes, 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return peakBytes;
    },
  };
}

/** A problem and its fix, or warnings: no stack, nobody's words, nobody's name. */
function expectPlainWords(stderr: string): void {
  expect(stderr).not.toMatch(/^\s+at |node:internal|undefined|\[object/m);
  expect(stderr).not.toContain("secretword");
  expect(stderr).not.toContain("own words");
  // The report for the owner may name threads; what went wrong may not.
  const complaints = stderr.split("\n").filter((line) => /^(?:!|Error:| {2}Fix:)/.test(line));
  expect(complaints.join("\n")).not.toContain(friend);
  if (stderr.includes("Error")) expect(stderr).toMatch(/^Error: [^\n]+\n {2}Fix: /m);
}

async function expectReadable(data: string): Promise<void> {
  const { stdout } = await execa("node", [cli, "messages", "--json", "--data", data], {
    cwd: path.dirname(data),
  });
  const texts = stdout.split("\n").map((line) => (JSON.parse(line) as { text: string }).text);
  expect(texts).toContain("secretword one");
  expect(texts).toContain("secretword two");
}

/** Root may read everything: as root, the command is run as nobody. */
async function asOrdinaryUser(directory: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  await execa("chmod", ["-R", "a+rX", directory]);
  await chmod(path.join(directory, "export", damagedFile), 0);
  return { uid: 65_534, gid: 65_534 };
}

async function writeHugeText(file: string): Promise<void> {
  const message = `{"sender_name":"${friend}","timestamp_ms":1600000000000,"content":"`;
  const handle = await open(file, "w");
  await handle.write(`{"participants":[{"name":"${friend}"},{"name":"Ana Lima"}],"messages":[${message}`);
  for (let written = 0; written < 100; written++) await handle.write(Buffer.alloc(megabyte, "a"));
  await handle.write('"}],"title":"x"}');
  await handle.close();
}

async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, "w");
  await handle.write(bytes);
  await handle.close();
}

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona hostile "));
}
