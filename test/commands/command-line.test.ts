import { existsSync, writeFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa, type Options } from "execa";
import { expect, test } from "vitest";
import { writeSyntheticExport } from "../../src/bench/inputs/synthetic-export.ts";
import { explainFileError } from "../../src/commands/file-errors.ts";
import { projectRoot } from "../../src/project.ts";
import { facebookJson, writeFolder } from "../ingest/export-writer.ts";
import { goodFiles, root, text, threadOf } from "../ingest/hostile/parts.ts";

const cli = path.join(projectRoot, "dist", "cli.js");

test("a file in the place of the data folder is named, by every command alike", async () => {
  const file = path.join(await newFolder(), "notes.txt");
  await writeFile(file, "");

  for (const words of [["import", projectRoot], ["messages"], ["prepare"], ["runs"], ["doctor"]]) {
    expect(await persona(["--data", file, ...words])).toEqual({
      exitCode: 2,
      stderr: `Error: ${file} is a file, not a folder.\n  Fix: Choose a folder for everything with --data DIR or PERSONA_DATA.`,
    });
  }
});

test("a link to a disk that is not there is named", async () => {
  const link = path.join(await newFolder(), "data");
  await symlink("/nowhere/persona", link);

  expect(await persona(["--data", link, "import", await exported()])).toEqual({
    exitCode: 1,
    stderr: `Error: ${link} is a link whose target is missing.\n  Fix: Connect the disk it points to, or choose another folder with --data DIR.`,
  });
});

test("a thread's file that somebody removed from the store is named", async () => {
  const data = await newFolder();
  const from = await exported();
  await persona(["--data", data, "import", from]);
  const folder = path.join(data, "messages");
  const [file = ""] = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
  await rm(path.join(folder, file));

  for (const words of [["prepare"], ["messages", "--json"], ["import", from]]) {
    expect(await persona(["--data", data, ...words])).toEqual({
      exitCode: 1,
      stderr: `Error: ${path.join(folder, file)} is missing: the message store is damaged.\n  Fix: Move the messages folder away, import your exports again, and persona forget again whom you had forgotten.`,
    });
  }
});

test.each([
  ["runs shw 3f2a", 'persona runs has no command "shw".', "Did you mean persona runs show?"],
  ["runs everything", 'persona runs has no command "everything".', "persona runs --help lists its commands."],
  ["runs 3f2a", 'persona runs has no command "3f2a".', "Say what to do with the run: persona runs show 3f2a"],
  [
    "prepare --hold-out 1",
    "--hold-out takes a number from 0 to 0.5, not 1.",
    "Choose another value, or leave it out (default: 0.05).",
  ],
  [
    "prepare --max-silence soon",
    "--max-silence takes auto or a number above 0, not soon.",
    "Choose another value, or leave it out (default: auto).",
  ],
])("persona %s is wrong usage, and told what was meant", async (words, message, fix) => {
  expect(await persona(["--data", await newFolder(), ...words.split(" ")])).toEqual({
    exitCode: 2,
    stderr: `Error: ${message}\n  Fix: ${fix}`,
  });
});

test.each([
  [["train", "--base", ""], "--base is empty."],
  [["train", "--from", " "], "--from is empty."],
  [["prepare", "--tokenizer="], "--tokenizer is empty."],
  [["prepare", "--exclude-person", "Ben Ito", "--exclude-person", ""], "--exclude-person is empty."],
  [["import", "facebook.zip", "--persona", ""], "--persona is empty."],
  [["import", "facebook.zip", ""], "A path given to persona import is empty."],
  [["forget", ""], "A name given to persona forget is empty."],
  [["runs", "show", ""], "A run given to persona runs show is empty."],
  [["runs", "compare", "3f2a", "91bc", "--page", ""], "--page is empty."],
  [["bench", "bases", "gpt2", "--shards", ""], "--shards is empty."],
  [["bench", "train", "--shards="], "--shards is empty."],
  [["runs", "--data", ""], "--data is empty."],
  [["doctor", "--config", ""], "--config is empty."],
  [["chat", "--run", ""], "--run is empty."],
])(
  "what is named by nothing is wrong usage, and not the folder that one is in: %j",
  async (words, message) => {
    expect(await persona(words, { cwd: await newFolder() })).toEqual({
      exitCode: 2,
      stderr: `Error: ${message}\n  Fix: Give it a value, or leave it out.`,
    });
  },
);

test("a setting that no command could follow is told by every command in the same words", async () => {
  const cwd = await newFolder();
  await writeFile(path.join(cwd, "persona.json"), '{ "prepare": { "country": "Portugal" } }');

  for (const words of [["import", await exported()], ["messages"], ["prepare"], ["runs"], ["doctor"]]) {
    const { exitCode, stderr } = await persona(words, { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'has a mistake in it: "Portugal" is not a country\'s two-letter code, such as PT, BR or US (in prepare.country)',
    );
  }
});

test("the doctor tells of a list of what must never be learned that cannot be used", async () => {
  const cwd = await newFolder();
  await writeFile(path.join(cwd, "redact.txt"), "/(/\n");

  const { exitCode, stderr } = await persona(["doctor"], { cwd });

  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^Error: Line 1 of redact\.txt/);
});

test("an empty REDIS_URL is none", async () => {
  const { exitCode } = await persona(["--data", await newFolder(), "runs"], { env: { REDIS_URL: "" } });
  expect(exitCode).toBe(0);
});

test.each([
  ["train", "http://127.0.0.1:6379", "REDIS_URL is not an address of a Redis server."],
  ["train", "redis:127.0.0.1:6379", "REDIS_URL is not an address of a Redis server."],
  ["train", "redis://::1:6379", "The IPv6 address in REDIS_URL has no brackets."],
  ["train", "redis://127.0.0.1:6379/queue", "The database of REDIS_URL is not a number."],
  ["train", "redis://127.0.0.1:1", "No Redis answers at 127.0.0.1:1"],
  ["demo", "127.0.0.1:port", "REDIS_URL is not an address of a Redis server."],
])(
  "persona %s tells of a mistake in REDIS_URL before anything that takes time: %s",
  async (command, url, problem) => {
    const data = await newFolder();
    await persona(["--data", data, "import", await exported()]);
    const { exitCode, stderr } = await persona(["--data", data, command], { env: { REDIS_URL: url } });

    expect(exitCode).toBe(1);
    expect(stderr.startsWith(`Error: ${problem}`), stderr).toBe(true);
    expect(await readdir(data)).toEqual(["messages"]);
  },
);

test("an empty PERSONA_DATA is none: nothing lands in the folder that one is in", async () => {
  const cwd = await newFolder();
  const { exitCode } = await persona(["import", await exported()], { cwd, env: { PERSONA_DATA: "" } });

  expect(exitCode).toBe(0);
  expect(await readdir(cwd)).toEqual(["data"]);
});

test("choices that were asked for by name must be there; without a name there may be none", async () => {
  const cwd = await newFolder();
  const mistyped = path.join(cwd, "freinds.json");
  await mkdir(path.join(cwd, "choices"));

  expect(await persona(["--config", mistyped, "doctor"], { cwd })).toEqual({
    exitCode: 1,
    stderr: `Error: ${mistyped} cannot be read: it is not there.\n  Fix: Pass a file such as persona.json with --config.`,
  });
  expect((await persona(["--config", "choices", "doctor"], { cwd })).stderr).toBe(
    `Error: ${path.join(cwd, "choices")} cannot be read.\n  Fix: Pass a file such as persona.json with --config.`,
  );
  expect((await persona(["runs"], { cwd })).exitCode).toBe(0);
});

test("a list of what must never be learned is there under the name that persona.json gives it", async () => {
  const cwd = await newFolder();
  await persona(["import", await exported()], { cwd });
  await writeFile(path.join(cwd, "persona.json"), `\ufeff{"prepare":{"redactFile":"redcat.txt"}}`);

  expect(await persona(["prepare", "--dry-run"], { cwd })).toEqual({
    exitCode: 1,
    stderr:
      "Error: redcat.txt cannot be read: it is not there.\n  Fix: Check redactFile in persona.json, and the file's permissions.",
  });

  await writeFile(path.join(cwd, "redcat.txt"), "fine\n/moonstone(/\n");
  for (const words of [["prepare"], ["prepare", "--dry-run"]]) {
    const { stderr } = await persona(words, { cwd });
    expect(stderr).toContain("Error: Line 2 of redcat.txt is not a regular expression.");
    expect(stderr).not.toContain("moonstone");
  }
});

test("a full disk is no bug, and leaves no store behind", async () => {
  const data = path.join(await newFolder(), "data");
  const words = ["--data", data, "import", await exported()];
  const script = `trap '' XFSZ; ulimit -f 0; exec "$@"`;
  const { exitCode, stderr } = await execa("bash", ["-c", script, "bash", process.execPath, cli, ...words], {
    reject: false,
  });

  expect(stderr).toBe(`Error: ${diskFull.message}\n  Fix: ${diskFull.fix}`);
  expect(exitCode).toBe(1);
  expect(existsSync(path.join(data, "messages", "index.json"))).toBe(false);
});

test.skipIf(!existsSync("/dev/full"))("an error of a worker thread is explained too", () => {
  const error = thrownBy(() => writeFileSync("/dev/full", "x"));

  expect(explainFileError(error)).toMatchObject(diskFull);
  // How errors arrive from other threads.
  expect(explainFileError(structuredClone(error))).toMatchObject(diskFull);
  expect(explainFileError(new TypeError("x is not a function"))).toBeUndefined();
});

test("a folder that belongs to somebody else is no bug either", async () => {
  const folder = await newFolder();
  const from = await exported();
  await chmod(from, 0o755);
  await chmod(folder, 0o555);
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const data = path.join(folder, "data");

  expect(await persona(["--data", data, "import", from], { cwd: "/", ...user })).toEqual({
    exitCode: 1,
    stderr: `Error: This user may not read or write ${data}.\n  Fix: Change its permissions, or choose another folder with --data DIR.`,
  });
});

test("Ctrl-C leaves one word behind, and no stack", async () => {
  const folder = await newFolder();
  await writeSyntheticExport(path.join(folder, "export"), { bytes: 30e6 });
  const words = ["--data", path.join(folder, "data"), "import", path.join(folder, "export"), "--jobs", "1"];
  const command = execa(process.execPath, [cli, ...words], { reject: false });
  while (!existsSync(path.join(folder, "data", "messages", "import.lock"))) await sleep(1);
  command.kill("SIGINT");
  const { exitCode, stderr } = await command;

  expect(stderr).toBe("Interrupted.");
  expect(exitCode).toBe(130);
});

test.each(["prepare", "train --base scratch:2x2x32"])(
  "Ctrl-C while persona %s prepares leaves nothing half-done behind",
  async (words) => {
    const folder = await newFolder();
    const data = path.join(folder, "data");
    await writeSyntheticExport(path.join(folder, "export"), { bytes: 10e6 });
    await persona(["--data", data, "import", path.join(folder, "export")]);
    const command = execa(process.execPath, [cli, "--data", data, ...words.split(" ")], { reject: false });
    while (!existsSync(path.join(data, "segments"))) await sleep(1);
    command.kill("SIGINT");
    const { exitCode, stderr } = await command;

    expect(stderr).toBe("Interrupted.");
    expect(exitCode).toBe(130);
    expect(await readdir(path.join(data, "shards"))).toEqual([]);
    expect((await readdir(data)).toSorted()).toEqual(["messages", "segments", "shards"]);
  },
);

test("days that leave nothing between them are a mistake in the flags", async () => {
  const data = await newFolder();
  await persona(["--data", data, "import", await exported()]);
  const days = ["--since", "2018-06-01", "--until", "2018-06-01"];

  expect(await persona(["--data", data, "prepare", ...days])).toEqual({
    exitCode: 2,
    stderr:
      "Error: No day is left between since and until.\n  Fix: Choose an earlier since or a later until, which is the first day not to learn from.",
  });
});

test.each([
  [
    "chat",
    "--temperature",
    "warm",
    "a number from 0 to 2",
    "leave it out (default: 0.9, or what the run was calibrated to)",
  ],
  [
    "chat",
    "--temperature",
    "-1",
    "a number from 0 to 2",
    "leave it out (default: 0.9, or what the run was calibrated to)",
  ],
  ["chat", "--seed", "x", "a whole number of at least 0", "leave it out"],
  ["messages", "--since", "2018-02-31", "a day such as 2018-01-31", "leave it out"],
  ["import exports", "--jobs", "0.5", "a whole number of at least 1", "leave it out (default: one a core)"],
  ["import exports", "--date-order", "dym", "dmy, mdy or ymd", "as the dates themselves tell"],
  ["bench queue", "--rounds", "many", "a whole number of at least 1", "leave it out (default: 10)"],
])("persona %s %s %s is refused before anything is opened", async (words, flag, value, takes, fix) => {
  const { exitCode, stderr } = await persona([...words.split(" "), `${flag}=${value}`]);

  expect(stderr).toContain(`Error: ${flag} takes ${takes}, not ${value}.\n  Fix: Choose another value, or `);
  expect(stderr).toContain(fix);
  expect(exitCode).toBe(2);
});

test("names in an error move no cursor", async () => {
  const data = await newFolder();
  await persona(["--data", data, "import", await exported(`Mallory\u001b[2J\u0007`)]);
  const { stderr } = await persona(["--data", data, "forget", "Mallori", "--yes"]);

  expect(stderr).toContain('Did you mean "Mallory [2J "');
});

const diskFull = {
  message: "The disk is full.",
  fix: "Free some space, or choose another disk with --data DIR, and run the command again.",
};

function thrownBy(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** A small export of invented people, as a folder. */
async function exported(sender?: string): Promise<string> {
  const files = goodFiles();
  if (sender !== undefined)
    files.set(`${root}/inbox/mallory_3/message_1.json`, facebookJson(threadOf([text(sender, "hi")])));
  return writeFolder(await newFolder(), files);
}

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona-command-"));
}

async function persona(words: string[], options: Options = {}) {
  const { exitCode, stderr } = await execa(process.execPath, [cli, ...words], { ...options, reject: false });
  return { exitCode, stderr: String(stderr) };
}
