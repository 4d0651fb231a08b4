/** Every command opens what an earlier version has left: see test/fixtures/old-data. */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { beforeEach, expect, test } from "vitest";
import { RunRecord, type TrainerEvent } from "../../src/handoffs/index.ts";
import { projectRoot } from "../../src/project.ts";

const cli = path.join(projectRoot, "dist", "cli.js");
const old = path.join(projectRoot, "test", "fixtures", "old-data");
const [finished, adapted, failed, paused, cancelled] = [
  "916e71c1b1",
  "f2b3e88375",
  "94628a9a41",
  "e21aa8ffe2",
  "fa111e78db",
] as const;
const everyRun = [finished, adapted, failed, paused, cancelled];
/** What `finished` was asked for with. */
const asked = ["--base", "scratch:1x1x16", "--context-length", "64", "--tokens-per-step", "256"];
const vocabulary = ["--train-tokenizer", "300"];

let data: string;

beforeEach(async () => {
  data = path.join(await mkdtemp(path.join(tmpdir(), "persona old ")), "data");
  await cp(path.join(old, "data"), data, { recursive: true });
});

test("messages lists the threads, and the halves of one chat as one", async () => {
  const messages = jsonLines<{ thread: string; source: string; sender: string }>(
    await persona(["--json", "messages"]),
  );
  const sourcesOf = (thread: string) =>
    new Set(messages.filter((message) => message.thread === thread).map(({ source }) => source));

  expect(messages).toHaveLength(383);
  expect(new Set(messages.map(({ thread }) => thread)).size).toBe(5);
  expect(sourcesOf("facebook-1000200030004000")).toEqual(new Set(["facebook/e2ee_cutover", "facebook/e2ee"]));
  // Nobody sent what the network wrote itself.
  expect(new Set(messages.map(({ sender }) => sender))).toEqual(
    new Set(["", "Ána Lima", "Zoë Fox", "Ben Reis", "Pia Costa"]),
  );
});

test("import finds everything there already, and brings nobody back who was forgotten", async () => {
  const exports = (await readdir(path.join(old, "exports"))).map((name) => path.join(old, "exports", name));
  const before = await filesIn(path.join(data, "messages"));
  await persona(["import", ...exports]);

  expect(await filesIn(path.join(data, "messages"))).toEqual(before);
});

test("prepare finds the data set there, or makes the same again, with and without what was rendered before", async () => {
  const before = await shardsOf("368cdac9af36");
  for (const lost of [[], ["shards"], ["shards", "segments"]]) {
    for (const folder of lost) await rm(path.join(data, folder), { recursive: true });
    const { directory } = JSON.parse(await persona(["--json", "prepare", ...vocabulary]));

    expect(await shardsOf(path.basename(directory))).toEqual(before);
  }
});

test("train makes a run of its own for the same words, since redaction finds more by now, and knows it again", async () => {
  const train = async () =>
    JSON.parse(await persona(["--json", "train", ...asked, ...vocabulary, "--steps", "2", "--detach"]));
  const run = await train();

  expect(run.id).not.toBe(finished);
  expect(await train()).toMatchObject({ id: run.id });
  expect(await recordOf(finished)).toMatchObject({ state: "finished" });
});

test("runs lists, shows, follows and compares them", async () => {
  const listed = JSON.parse(await persona(["--json", "runs"])) as { id: string; state: string }[];
  expect(Object.fromEntries(listed.map(({ id, state }) => [id, state]))).toEqual({
    [finished]: "finished",
    [adapted]: "finished",
    [failed]: "failed",
    [paused]: "paused",
    [cancelled]: "cancelled",
  });

  const said = everyRun.map(async (run) => {
    expect(await persona(["runs", "show", run])).toContain(run);
    await persona(["runs", "logs", run]);
  });
  await Promise.all(said);
  expect(await persona(["runs", "compare", finished, adapted])).toContain("368cdac9af36");
  expect(await persona(["runs", "logs", finished])).toContain("5.672");
  await persona(["runs", "prune", "--dry-run"]);
});

test("runs use goes back to the run that answered before, and chat answers with either", async () => {
  const answer = async () =>
    JSON.parse(await persona(["--json", "chat", "--temperature", "0"], "are you there?")) as object;
  const reply = { prompt: "are you there?", bubbles: expect.any(Array) };

  expect(await answer()).toMatchObject(reply);
  await persona(["runs", "use", "--back"]);
  expect(JSON.parse(await readFile(path.join(data, "serving.json"), "utf8"))).toMatchObject({
    run: finished,
  });
  expect(await answer()).toMatchObject(reply);
  await persona(["runs", "use", adapted]);
});

test("a paused run goes on from its checkpoint, and a finished one has a successor", async () => {
  const worker = execa(process.execPath, [cli, "--data", data, "worker"], { reject: false, stdio: "ignore" });
  await persona(["runs", "resume", paused]);
  const child = JSON.parse(
    await persona(["--json", "train", "--from", adapted, "--steps", "1", "--no-lora", "--detach"]),
  ) as RunRecord;
  const states = async () => Promise.all([paused, child.id].map(async (id) => (await recordOf(id)).state));
  const hasEnded = (state: string) => state !== "queued" && state !== "running";
  while (!(await states()).every(hasEnded)) await sleep(100);
  worker.kill("SIGTERM");
  await worker;

  expect(await states()).toEqual(["finished", "finished"]);
  expect(await recordOf(paused)).toMatchObject({ attempt: 2 });
  expect((await recordOf(child.id)).parent).toBe(adapted);
  const steps = (await eventsOf(paused)).flatMap((event) => (event.type === "step" ? [event.step] : []));
  expect(steps).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
});

test("forget erases a person, and says what was made from their words", async () => {
  await persona(["forget", "Ben Reis", "--yes"]);

  expect(await persona(["--json", "messages"])).not.toContain("Ben Reis");
  for (const run of everyRun) expect(await recordOf(run)).toHaveProperty("stale");
});

/** What a command says, on both streams unless as JSON; it must succeed. */
async function persona(words: string[], input = ""): Promise<string> {
  const { stdout, all } = await execa(process.execPath, [cli, "--data", data, ...words], {
    input,
    all: true,
  });
  return words.includes("--json") ? stdout : all;
}

function jsonLines<T>(text: string): T[] {
  return text.split("\n").map((line) => JSON.parse(line) as T);
}

async function recordOf(id: string): Promise<RunRecord> {
  return RunRecord.parse(JSON.parse(await readFile(path.join(data, "runs", id, "run.json"), "utf8")));
}

async function eventsOf(id: string): Promise<TrainerEvent[]> {
  return jsonLines((await readFile(path.join(data, "runs", id, "events.jsonl"), "utf8")).trimEnd());
}

/** The files that the trainer reads, by name. */
async function shardsOf(id: string): Promise<Record<string, string>> {
  const files = await filesIn(path.join(data, "shards", id));
  return Object.fromEntries(Object.entries(files).filter(([name]) => /^(train|val|tokenizer)\b/.test(name)));
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const contents = names.map((name) => readFile(path.join(folder, name), "base64"));
  return Object.fromEntries((await Promise.all(contents)).map((content, index) => [names[index], content]));
}
