import { appendFile, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clockWatch, keepMemories, type Memories } from "../../../src/serve/memory/memories.ts";
import { forgetInConversations } from "../../../src/serve/memory/memory-folder.ts";
import { newWorkspace } from "../../new-workspace.ts";

const day = 24 * 3_600_000;
let folder: string;
let now = Date.UTC(2026, 10, 20);
const problems: string[] = [];
const opened: Memories[] = [];

beforeEach(async () => {
  folder = (await newWorkspace()).conversations;
  now = Date.UTC(2026, 10, 20);
  problems.length = 0;
});

afterEach(async () => {
  for (const memories of opened.splice(0)) await memories.close();
});

test("a conversation is remembered after a restart, and only this user can read it", async () => {
  const memories = await open();
  memories.get("../../channel").hear("Ben", "hi there", "1");
  memories.get("../../channel").say("hello");
  await memories.close();
  const [name = ""] = await readdir(folder);

  expect(name).toMatch(/^[0-9a-f]{32}\.jsonl$/);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  expect((await open()).get("../../channel").turns).toEqual([
    { speaker: "Ben", isPersona: false, bubbles: ["hi there"] },
    { speaker: "Ana", isPersona: true, bubbles: ["hello"] },
  ]);
});

test("what was dropped stays dropped after a restart, and is on no disk", async () => {
  const memories = await open();
  for (const words of ["first", "second", "third"]) memories.get("a").hear("Ben", words);
  memories.get("a").drop(2);
  memories.get("a").hear("Ben", "fourth");
  await memories.close();

  expect(bubblesOf(await open())).toEqual(["third", "fourth"]);
  expect(await textOnDisk()).not.toMatch(/first|second/);
});

test("what is reset is gone from the disk when the promise settles, and stays so", async () => {
  const memories = await open();
  memories.get("a").hear("Ben", "between us");
  memories.get("b").hear("Ben", "other");
  await memories.reset("a");

  expect(await textOnDisk()).not.toContain("between us");
  expect(bubblesOf(memories)).toEqual([]);
  await memories.close();
  const again = await open();
  expect([bubblesOf(again), bubblesOf(again, "b")]).toEqual([[], ["other"]]);
});

test("what nobody can read is gone from the disk when its conversation is reset", async () => {
  await keep("a", "between us");
  await appendFile(await onlyFile(), "nonsense\n");
  const memories = await open();
  await memories.reset("a");

  expect(await textOnDisk()).not.toContain("between us");
});

test("a person's words go everywhere, in conversations of today and of before the restart", async () => {
  const before = await open();
  before.get("a").hear("Friend", "mine", "1");
  before.get("a").hear("Friend", "theirs", "2");
  await before.close();
  const memories = await open();
  memories.get("b").hear("Friend", "mine too", "1");
  memories.get("b").say("ok");

  expect(await memories.forgetPerson("1")).toBe(2);
  expect(await textOnDisk()).not.toContain("mine");
  expect([bubblesOf(memories), bubblesOf(memories, "b")]).toEqual([["theirs"], ["ok"]]);
});

test("with 0 days nothing is written", async () => {
  const memories = await open({ keepDays: 0 });
  memories.get("a").hear("Ben", "hi");
  await memories.close();

  expect(bubblesOf(memories)).toEqual(["hi"]);
  await expect(readdir(folder)).rejects.toThrow("ENOENT");
});

test("a line that was cut off is dropped, and what follows is kept", async () => {
  await keep("a", "one", "two");
  const file = await onlyFile();
  await writeFile(file, (await readFile(file, "utf8")).slice(0, -9));
  const memories = await open();
  memories.get("a").hear("Ben", "three");
  await memories.close();

  expect(bubblesOf(await open())).toEqual(["one", "three"]);
  expect(problems).toEqual([]);
});

test.each([
  "nonsense\n",
  '{"format":2}\n',
  '{"format":1,"conversation":"a","persona":"Ana"}\n{"words":1}\n',
  "\0\n",
])(
  "a file that is no conversation is passed over, and that is said without its words: %j",
  async (content) => {
    await keep("a", "secret words");
    await writeFile(await onlyFile(), `${content}secret\n`);
    const memories = await open();
    memories.get("a").hear("Ben", "new");
    await memories.close();

    expect(problems[0]).toContain("is no conversation that can be read");
    expect(problems.join()).not.toContain("secret");
    expect(bubblesOf(await open())).toEqual(["new"]);
  },
);

test("of two processes in one folder the second says so, remembers, and does not write", async () => {
  const first = await open();
  first.get("a").hear("Ben", "hi");
  const second = await open();
  second.get("a").hear("Ben", "unwritten");
  await second.close();

  expect(problems).toEqual([expect.stringContaining("Another process remembers conversations")]);
  expect(bubblesOf(second)).toEqual(["unwritten"]);
  await first.close();
  expect(await textOnDisk()).not.toContain("unwritten");
  expect(bubblesOf(await open())).toEqual(["hi"]);
});

test("what is erased from outside while it is being written does not come back", async () => {
  const memories = await open();
  const memory = memories.get("a");
  for (let index = 0; index < 200; index++) memory.hear("Ben", "secret".repeat(5000), "1");
  await memories.forgetPerson("nobody");
  const before = await onlyFile();
  // All of it is written anew, which takes a while.
  memory.change((all) => all.map((bubble) => ({ ...bubble })));
  await forgetInConversations(folder, { names: [], ids: ["1"] }, fail);
  await memories.forgetPerson("nobody");

  expect(await stat(before).catch(() => "gone")).toBe("gone");
  expect(bubblesOf(memories)).toEqual([]);
  await memories.close();
});

test("conversations that cannot be read are counted where somebody is to be forgotten", async () => {
  await keep("a", "one");
  await writeFile(await onlyFile(), "damaged\n");
  await keep("b", "two");
  const memories = await open();
  problems.length = 0;

  expect(await memories.forgetPerson("1")).toBe(0);
  expect(problems).toEqual([
    expect.stringMatching(/^1 conversation in .* cannot be read: nothing in it was/),
  ]);
  problems.length = 0;
  expect(await forgetInConversations(folder, { names: ["Ben"], ids: [] }, said)).toBe(1);
  expect(problems).toEqual([expect.stringContaining("1 conversation in")]);
  await memories.close();
});

test("nothing is older than 14 days, at the start and while it serves, in files of other personas too", async () => {
  await keep("a", "old");
  const other = await open({ persona: "Cleo" });
  other.get("a").hear("Ben", "old too");
  await other.close();
  now += 10 * day;
  const memories = await open();
  memories.get("a").hear("Ben", "newer");
  now += 5 * day;
  await memories.forgetOld();

  expect(bubblesOf(memories)).toEqual(["newer"]);
  expect(await textOnDisk()).not.toContain("old");
  await memories.close();
  now += 10 * day;
  await open();
  expect((await readdir(folder)).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
});

test("what nobody can read goes too once it is old", async () => {
  await keep("a", "hi");
  await writeFile(path.join(folder, "broken.jsonl"), "nonsense");
  await writeFile(path.join(folder, "a.jsonl.1.00000000.tmp"), "half");
  const old = new Date(now - 15 * day);
  for (const name of ["broken.jsonl", "a.jsonl.1.00000000.tmp"])
    await utimes(path.join(folder, name), old, old);
  const memories = await open();

  expect((await readdir(folder)).filter((name) => /broken|tmp/.test(name))).toEqual([]);
  expect(bubblesOf(memories)).toEqual(["hi"]);
});

test("what a wrong clock dated in the future is kept for 14 days, not until then", async () => {
  now = Date.UTC(2036, 0);
  await keep("a", "from the future");
  now = Date.UTC(2026, 10, 20);
  const memories = await open();
  expect(bubblesOf(memories)).toEqual(["from the future"]);
  now += 15 * day;
  await memories.forgetOld();

  expect(bubblesOf(memories)).toEqual([]);
});

test("a clock that starts in 1970 loses nothing", async () => {
  await keep("a", "hi");
  now = Date.UTC(1970, 0);
  const memories = await open();
  now = Date.UTC(2026, 10, 21);
  await memories.forgetOld();

  expect(bubblesOf(memories)).toEqual(["hi"]);
});

test("a clock is believed again once it has gone steadily for a while", () => {
  let elapsed = 0;
  const isSteady = clockWatch({ now: () => now, elapsedMs: () => elapsed });
  const pass = (elapsedMs: number, shownMs = elapsedMs) => {
    elapsed += elapsedMs;
    now += shownMs;
    return isSteady();
  };

  expect([
    pass(day / 24),
    pass(day / 24, 30 * day),
    pass(day / 24),
    pass(day / 24, -30 * day),
    pass(1),
  ]).toEqual([true, false, true, false, true]);
});

test("what an owner removes from the folder is forgotten at once", async () => {
  const memories = await open();
  memories.get("a").hear("Ben", "hi");
  memories.get("b").hear("Ben", "hello");
  await memories.close();
  const again = await open();
  expect([bubblesOf(again), bubblesOf(again, "b")]).toEqual([["hi"], ["hello"]]);
  for (const name of await readdir(folder)) if (name.endsWith(".jsonl")) await rm(path.join(folder, name));
  again.get("a").hear("Ben", "new");

  expect([bubblesOf(again), bubblesOf(again, "b")]).toEqual([["new"], []]);
});

test("what was read of a damaged file, and erased since, does not come back", async () => {
  await keep("a", "one", "two");
  const file = await onlyFile();
  await writeFile(file, (await readFile(file, "utf8")).slice(0, -9));
  const memories = await open();
  expect(bubblesOf(memories)).toEqual(["one"]);
  await rm(file);
  memories.get("a").hear("Ben", "new");
  await memories.close();

  expect(bubblesOf(await open())).toEqual(["new"]);
});

test("a file that cannot even be looked at stops nobody, and that is said", async () => {
  await keep("a", "hi");
  const file = await onlyFile();
  await rm(file);
  await symlink(file, file);
  const memories = await open();
  memories.get("a").hear("Ben", "one");
  await memories.close();

  expect(bubblesOf(memories)).toEqual(["one"]);
  expect(problems.join()).toContain("cannot be read");
});

test("where nothing can be written it goes on from memory, and says so", async () => {
  await keep("a", "hi");
  const file = await onlyFile();
  await rm(file);
  await mkdir(file);
  await appendFile(path.join(file, "not empty"), "");
  const memories = await open();
  memories.get("a").hear("Ben", "one");
  memories.get("a").hear("Ben", "two");
  await memories.close();

  expect(bubblesOf(memories)).toEqual(["one", "two"]);
  expect(problems.at(-1)).toMatch(/^Conversations cannot be kept in .*\(E\w+\)\.$/);
});

test("two personas do not remember each other's conversations", async () => {
  await keep("a", "hi Ana");
  const memories = await open({ persona: "Cleo" });

  expect(bubblesOf(memories)).toEqual([]);
});

test("of more conversations than are held in memory none is lost, and none is mixed up", async () => {
  const memories = await open();
  for (let index = 0; index < 700; index++) memories.get(`channel ${index}`).hear("Ben", `hi ${index}`);
  await memories.close();
  const again = await open();

  for (const index of [0, 1, 350, 699]) expect(bubblesOf(again, `channel ${index}`)).toEqual([`hi ${index}`]);
}, 120_000);

async function open(options: { keepDays?: number; persona?: string } = {}): Promise<Memories> {
  const memories = await keepMemories({
    persona: "Ana",
    folder,
    keepDays: 14,
    passedOver: ({ message }) => void problems.push(message),
    now: () => now,
    ...options,
  });
  opened.push(memories);
  return memories;
}

function said({ message }: Error): void {
  problems.push(message);
}

function fail(problem: Error): never {
  throw problem;
}

/** Leaves a conversation on disk. */
async function keep(id: string, ...bubbles: string[]): Promise<void> {
  const memories = await open();
  for (const words of bubbles) memories.get(id).hear("Ben", words);
  await memories.close();
}

async function onlyFile(): Promise<string> {
  const [name = ""] = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
  return path.join(folder, name);
}

/** All that lies there; a file that is being written is there for a moment. */
async function textOnDisk(): Promise<string> {
  const files = (await readdir(folder)).map((name) => path.join(folder, name));
  return (await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")))).join("");
}

function bubblesOf(memories: Memories, id = "a"): string[] {
  return memories.get(id).turns.flatMap(({ bubbles }) => bubbles);
}
