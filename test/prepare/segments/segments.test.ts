/** What is kept of an earlier run may be damaged, incomplete or another process's: it is used only where it is right. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/bench/inputs/seeded-random.ts";
import { habits } from "../../../src/bench/inputs/thread-habits.ts";
import { type PrepareOptions, prepareShards } from "../../../src/prepare/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { chat, newWorkspace, prepare, type SmallStore, shardBytes, storeOf } from "../data-set.ts";
import { threadOfSessions } from "../session-generator.ts";

test("a segment with one wrong bit anywhere is made again", async () => {
  const store = storeOf([chat("a", 60), chat("b", 60)]);
  const workspace = await newWorkspace();
  const first = await prepareShards({ store, workspace });
  const bytes = await shardBytes(first.directory);
  const [file = ""] = await kept(workspace, ".segment");
  const whole = await readFile(file);
  for (let at = 3; at < whole.length; at += Math.ceil(whole.length / 12)) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] as number) ^ 4;
    await writeFile(file, damaged);
    await rm(first.directory, { recursive: true });
    const again = await prepareShards({ store, workspace });

    expect(again.renderedThreads).toBe(1);
    expect(await shardBytes(again.directory)).toEqual(bytes);
  }
});

test("counted gaps with a wrong digit are counted again", async () => {
  const store = slowAndSmall();
  const workspace = await newWorkspace();
  await prepareShards({ store, workspace });
  const [file = ""] = await kept(workspace, "gaps.json");
  const text = await readFile(file, "utf8");
  const counts = text.indexOf("[[");
  const wrong = (JSON.parse(text.slice(counts)) as [string, number[]][]).map(([thread, gaps]) => [
    thread,
    gaps.map((_, index) => (index === 0 ? 500 : 0)),
  ]);
  await writeFile(file, text.slice(0, counts) + JSON.stringify(wrong));
  for (const segment of await kept(workspace, ".segment")) await rm(segment);

  await expectAsFromNothing(store, workspace);
});

test("where the segment of a large thread is left but not the count of its gaps, the rhythm of all is the same", async () => {
  const store = slowAndSmall();
  const workspace = await newWorkspace();
  const { directory } = await prepareShards({ store, workspace });
  // As a run leaves it that is stopped before its end.
  for (const gaps of await kept(workspace, "gaps.json")) await rm(gaps);
  await rm(directory, { recursive: true });

  await expectAsFromNothing(store, workspace);
});

test("labels that are damaged vouch for no segment", async () => {
  const choices = { realNames: "initials" } as const;
  const threads = [chat("ben", 25, "Ben Oda"), chat("bea", 25, "Bea Oda"), chat("cy", 25, "Cy Ito")];
  for (const gone of [0, 1]) {
    const workspace = await newWorkspace();
    await prepareShards({ store: storeOf(threads), workspace, ...choices });
    const [file = ""] = await kept(workspace, ".json", "labels-");
    // Whoever was "B. O. 2" is "B. O." when its other bearer is gone.
    await writeFile(file, (await readFile(file, "utf8")).replace("B. O. 2", "B. O."));
    await expectAsFromNothing(storeOf(threads.filter((_, index) => index !== gone)), workspace, choices);
  }
});

test("a segment is the same whatever was rendered before it", async () => {
  const [email, phone] = ["write to me@example.org", "call me at +351 912 345 678"];
  // The longer thread is rendered first, where both are.
  const [one, other] = [chat("a", 40), chat("b", 60)];
  for (const [index, text] of [email, phone].entries()) (one[2 * index + 1] as { text: string }).text = text;
  for (const [index, text] of [phone, email].entries())
    (other[2 * index + 1] as { text: string }).text = text;
  const [later, atOnce] = [await newWorkspace(), await newWorkspace()];
  await prepareShards({ store: storeOf([other]), workspace: later });
  const rerun = await prepareShards({ store: storeOf([one, other]), workspace: later });
  const fresh = await prepareShards({ store: storeOf([one, other]), workspace: atOnce });
  const segmentsOf = async (workspace: Workspace) =>
    Promise.all((await kept(workspace, ".segment")).map((file) => readFile(file, "hex")));

  expect(await segmentsOf(later)).toEqual(await segmentsOf(atOnce));
  expect(JSON.stringify(rerun.manifest.redactions)).toBe(JSON.stringify(fresh.manifest.redactions));
});

test("a new title, and people who joined without a word, make another data set", async () => {
  const store = storeOf([chat("a", 60), chat("b", 60)]);
  const workspace = await newWorkspace();
  const first = await prepareShards({ store, workspace, excludePeople: ["Zora"] });
  const [one, two] = store.threads as [(typeof store.threads)[0], (typeof store.threads)[0]];
  const renamed = { ...store, threads: [{ ...one, title: "A new title" }, two] };
  const joined = { ...two, isGroup: true, people: [...two.people, { name: "Zora", texts: 0 }] };
  const grown = { ...store, threads: [one, joined] };
  const page = await prepareShards({ store: renamed, workspace, excludePeople: ["Zora"] });
  const without = await prepareShards({ store: grown, workspace, excludePeople: ["Zora"] });

  expect(first.manifest.threads).toEqual(["a", "b"]);
  expect(await readFile(path.join(page.directory, "report.html"), "utf8")).toContain("A new title");
  expect(without.manifest.threads).toEqual(["a"]);
});

/** A thread with a slow rhythm of its own, and small ones that go by the rhythm of all: it is mostly that thread's. */
function slowAndSmall(): SmallStore {
  const slow = habits.find(({ name }) => name === "a quiet group");
  if (slow === undefined) throw new Error("There is no such habit.");
  return storeOf([threadOfSessions(slow, 150, seededRandom(4)).messages, chat("a", 40), chat("b", 40)]);
}

/** Prepared once more with another choice about whole threads, so that the data set is new and its segments are not. */
async function expectAsFromNothing(
  store: SmallStore,
  workspace: Workspace,
  choices: Partial<PrepareOptions> = {},
): Promise<void> {
  const rerun = await prepareShards({ store, workspace, ...choices, minOwnTexts: 4 });
  const fresh = await prepare(store, { ...choices, minOwnTexts: 4 });
  expect(await shardBytes(rerun.directory)).toEqual(await shardBytes(fresh.directory));
}

/** Files beside segments, in a stable order. */
async function kept({ segments }: Workspace, end: string, start = ""): Promise<string[]> {
  const found = await readdir(segments, { recursive: true });
  return found
    .filter((name) => name.endsWith(end) && path.basename(name).startsWith(start))
    .toSorted()
    .map((name) => path.join(segments, name));
}
