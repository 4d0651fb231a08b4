import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { findMaskedValues, prepareShards } from "../../../src/prepare/index.ts";
import { loadTokenizer } from "../../../src/tokenizer/tokenizer.ts";
import { canaryRules, plantedCanaries } from "../canaries.ts";
import { chat, hour, message, newWorkspace, persona, readConversations, storeOf } from "../data-set.ts";

const canaries = plantedCanaries(2026, 1_000);

/** Each value twice: once from the persona and once from a friend, in conversations that are learned and held out. */
function storeOfCanaries() {
  const thread = canaries.flatMap(({ text }, index) => [
    message("ben", index % 2 === 0 ? "Ben" : persona, text, 9 * hour * index),
    message("ben", index % 2 === 0 ? persona : "Ben", `look: ${text}`, 9 * hour * index + 60_000),
  ]);
  return storeOf([thread, chat("base", 60)]);
}

test("none of a thousand planted values is in any file that prepare leaves, report and samples included", async () => {
  const workspace = await newWorkspace();
  const { directory, manifest } = await prepareShards({
    store: storeOfCanaries(),
    workspace,
    country: "PT",
    ownRules: canaryRules,
  });
  const tokenizer = await loadTokenizer();
  const decoded: string[] = [];
  for (const split of ["train", "val"] as const)
    for (const { tokens } of await readConversations(directory, split))
      decoded.push(tokenizer.decode(tokens));
  const everything = [...decoded, ...(await filesBelow(workspace.root))].join("\n");
  const survivors = canaries.filter(({ value }) => everything.includes(value));

  expect(survivors).toEqual([]);
  expect(decoded.join("\n")).toContain("[phone]");
  expect(Object.keys(manifest.redactions ?? {}).toSorted()).toEqual(
    [...new Set(canaries.map(({ kind }) => kind))].toSorted(),
  );
});

test("the owner can be shown what is masked", async () => {
  const found = await findMaskedValues(storeOfCanaries(), { country: "PT", ownRules: canaryRules });
  const shown = found.map(({ words }) => words).join("\n");
  const missing = canaries.filter(({ value }) => !shown.includes(value));

  expect(missing.length).toBeLessThan(canaries.length / 50);
  expect(found.every(({ count }) => count > 0)).toBe(true);
});

test("names become others wherever they stand, and nobody's own name is left", async () => {
  const thread = [...chat("ben", 60, "Benedita Carvalho")].map((each, index) =>
    index % 10 === 1 ? { ...each, text: "Benedita Carvalho said so, Benedita did" } : each,
  );
  const workspace = await newWorkspace();
  const { directory, manifest } = await prepareShards({
    store: storeOf([thread]),
    workspace,
    realNames: "invented",
    neutralLabelShare: 0,
  });
  const tokenizer = await loadTokenizer();
  const decoded = (await readConversations(directory, "train"))
    .map(({ tokens }) => tokenizer.decode(tokens))
    .join("");

  expect(decoded).not.toMatch(/Benedita|Carvalho/);
  expect(manifest.speakers).toHaveLength(1);
  expect(decoded).toContain(`${manifest.speakers[0]} said so`);
});

test("a speaker whose name is a number or on the owner's list has no name in what is learned", async () => {
  const strangers = ["+351 912 345 678", "+351 961 234 567", "Zeca Segredo", "Ben Ito"];
  const group = Array.from({ length: 60 }, (_, index) => [
    ...strangers.map((name, place) => message("group", name, `hello ${index}`, 9 * hour * index + place)),
    message("group", persona, `mine ${index}`, 9 * hour * index + 60_000),
  ]).flat();
  const store = storeOf([group, chat("unsaved", 60, "+351 912 345 678")]);
  Object.assign(store.threads[1] as object, { title: "+351 912 345 678" });
  const workspace = await newWorkspace();
  const { directory, manifest } = await prepareShards({
    store,
    workspace,
    country: "PT",
    ownRules: "Zeca",
    neutralLabelShare: 0,
  });
  const tokenizer = await loadTokenizer();
  const [first] = await readConversations(directory, "train");
  const decoded = tokenizer.decode(first?.tokens ?? []);
  const leaks = (await filesBelow(workspace.root)).flatMap(
    (text) => text.match(/.{0,60}(912.?345|961.?234|Zeca).{0,60}/) ?? [],
  );

  expect(leaks).toEqual([]);
  expect(decoded).toMatch(/^Friend:\nhello.*^Friend 2:\n.*^Friend 3:\n.*^Ben Ito:\n/ms);
  expect(manifest.speakers).toContain("Ben Ito");
});

test("with invented names, a friend who opted out is called by none in texts either", async () => {
  const group = Array.from({ length: 60 }, (_, index) => [
    message("group", "Benedita Carvalho", `hello ${index}`, 9 * hour * index),
    message("group", "Cleo Dias", "Benedita is late", 9 * hour * index + 1000),
    message("group", persona, "yes, Benedita and Cleo come", 9 * hour * index + 60_000),
  ]).flat();
  const { directory } = await prepareShards({
    store: storeOf([group]),
    workspace: await newWorkspace(),
    realNames: "invented",
    optedOut: ["Benedita Carvalho"],
  });
  const tokenizer = await loadTokenizer();
  const decoded = (await readConversations(directory, "train")).map(({ tokens }) => tokenizer.decode(tokens));

  expect(decoded.join("")).not.toMatch(/Benedita|Cleo/);
});

async function filesBelow(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const file = path.join(folder, name);
    const isOurs = !name.endsWith("tokenizer.json");
    if (isOurs && (await stat(file)).isFile()) texts.push(await readFile(file, "utf8"));
  }
  return texts;
}
