import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { ShardManifest } from "../../src/handoffs/index.ts";
import { changedPrivacy, findDatasetsOfOtherPrivacy } from "../../src/prepare/changed-privacy.ts";
import { type PrepareOptions, prepareShards } from "../../src/prepare/index.ts";
import { chat, newWorkspace, storeOf } from "./data-set.ts";

const made = { optedOut: ["Zoë Fox"], ownRulesSha256: "aa", country: "PT", keepShort: 1 };
const store = {
  ...storeOf([chat("zoe", 3, "Zoë Müller"), chat("ben", 3, "Ben")]),
  namesNow: (name: string) => ({ "Zoë Fox": ["Zoë Müller"], "Оля Ким": [] })[name],
};

test.each<[string, Record<string, unknown>, Parameters<typeof changedPrivacy>[1], string[]]>([
  ["the same", made, made, []],
  ["somebody more opted out", made, { ...made, optedOut: ["Zoë Fox", "Ben"] }, ["optedOut"]],
  ["nobody opted out any more", made, { ...made, optedOut: [] }, ["optedOut"]],
  ["who opted out is called otherwise now", made, { ...made, optedOut: ["Zoë Müller"] }, []],
  ["who opted out is spelled otherwise", made, { optedOut: ["ZOË FOX"] }, ["optedOut"]],
  [
    "who opted out was forgotten since",
    { ...made, optedOut: ["Zoë Fox", "Оля Ким"] },
    { optedOut: ["Zoë Müller"] },
    [],
  ],
  ["another list of the owner's", made, { ...made, ownRulesSha256: "bb" }, ["redact.txt"]],
  ["another country", made, { ...made, country: "JP" }, ["country"]],
  ["no country", made, { country: null }, ["country"]],
  ["everything else", made, { optedOut: ["Ben"], ownRulesSha256: "bb", country: "BR" }, everyChoice()],
  ["what is not chosen here", made, {}, []],
  ["a manifest that does not say", {}, { optedOut: ["Ben"], ownRulesSha256: "bb", country: "BR" }, []],
])("choices about privacy are compared with %s", (_, settings, now, changed) => {
  expect(changedPrivacy({ settings }, now, store)).toEqual(changed);
});

function everyChoice(): string[] {
  return ["optedOut", "redact.txt", "country"];
}

test("segments of other choices about privacy go at once, and data sets of them are named", async () => {
  const workspace = await newWorkspace();
  const small = storeOf([chat("base", 60, "Zoe"), chat("ben", 30, "Ben"), chat("zoe", 30, "Zoë")]);
  const make = (choices: object) => prepareShards({ store: small, workspace, country: "PT", ...choices });
  const folders = async () => (await readdir(workspace.segments)).sort();

  const open = await make({});
  const before = await folders();
  await make({ keepShort: 0.5 });
  const [, ...both] = await folders();
  expect(both).toHaveLength(1);

  for (const choice of [{ optedOut: ["Ben"] }, { ownRules: "umbrella" }, { country: "JP" }]) {
    const { manifest } = await make(choice);
    const own = await folders();
    expect(own).toHaveLength(1);
    expect(before).not.toEqual(own);
    const outdated = await findDatasetsOfOtherPrivacy(workspace, manifest, small);
    expect(outdated.map(({ id }) => id)).toContain(open.manifest.id);
    expect(outdated.map(({ id }) => id)).not.toContain(manifest.id);
  }
  expect((await make({})).reused).toBe(true);
  expect(await folders()).toEqual([]);
});

test("a damaged manifest, and what is no data set, are in nobody's way", async () => {
  const workspace = await newWorkspace();
  for (const [id, text] of [
    ["aaaa", "{"],
    ["bbbb", undefined],
  ] as const) {
    await mkdir(path.join(workspace.shards, id), { recursive: true });
    if (text !== undefined) await writeFile(path.join(workspace.shards, id, "manifest.json"), text);
  }
  const manifest = { settings: made } as Pick<ShardManifest, "settings">;
  expect(await findDatasetsOfOtherPrivacy(workspace, manifest, store)).toEqual([]);
});

test.each<[string, Partial<PrepareOptions>]>([
  ["optedOut", { optedOut: ["Ben"] }],
  ["redact.txt", { ownRules: "umbrella" }],
  ["country", { country: "JP" }],
])("segments of another %s go before anything is made that may fail", async (_, choice) => {
  const store = storeOf([chat("a", 60), chat("b", 60, "Ben")]);
  const workspace = await newWorkspace();
  await prepareShards({ store, workspace });
  const before = await readdir(workspace.segments);
  // Nobody is left to learn from.
  const failing = prepareShards({ store, workspace, ...choice, since: Date.UTC(2090) });

  await expect(failing).rejects.toMatchObject({ message: expect.stringContaining("too little to learn") });
  const left = await readdir(workspace.segments);
  expect(left.filter((name) => before.includes(name))).toEqual([]);
});

test("a comment in redact.txt makes no other data set, and a phrase does", async () => {
  const store = storeOf([chat("a", 60)]);
  const workspace = await newWorkspace();
  const lists = ["zephyr", "zephyr # the project", "zephyr the project"];
  const made = [];
  for (const ownRules of lists) made.push(await prepareShards({ store, workspace, ownRules }));

  expect(made.map(({ reused }) => reused)).toEqual([false, true, false]);
});
