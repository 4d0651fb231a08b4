import { cp, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { keepVote } from "../../../src/evaluate/index.ts";
import { projectRoot } from "../../../src/project.ts";
import { keepMemories } from "../../../src/serve/index.ts";
import { shellWord } from "../../../src/shell-word.ts";
import { openWorkspace } from "../../../src/workspace.ts";
import { inShell } from "../in-shell.ts";

let data: string;

beforeEach(async () => {
  data = path.join(await mkdtemp(path.join(tmpdir(), "persona forget ")), "Ana's data");
  await cp(path.join(projectRoot, "test", "fixtures", "old-data", "data"), data, { recursive: true });
});

test("the commands that forget prints remove what was made of a person's words, as they are printed", async () => {
  const { stderr } = await inShell(`persona --data ${shellWord(data)} forget "Ben Reis" --yes`);
  const commands = stderr.split("\n").flatMap((line) => / words: (\S.*)$/.exec(line)?.[1] ?? []);

  expect(commands).toEqual([
    expect.stringMatching(/^rm -r "/),
    expect.stringMatching(/^persona --data ".*" runs delete --force( [0-9a-f]{10}){5}$/),
  ]);
  expect(stderr).toMatch(
    /What stays:\n {2}Ben by itself, .*: in \d+ messages? of others\n {2}Reis by itself, .*\n {2}what others quote: \d+ messages? .*\n {2}nicknames: .*\n.*redact\.txt\.\n/,
  );
  for (const command of commands) await inShell(command);
  expect(await readdir(path.join(data, "shards"))).toEqual([]);
  expect(await readdir(path.join(data, "runs"))).toEqual([]);
});

test("several runs are deleted at once, and none when one of them is not there", async () => {
  const to = `--data ${shellWord(data)}`;
  const refused = await inShell(`persona ${to} runs delete 94628a9a41 0000`, { reject: false });
  const before = await readdir(path.join(data, "runs"));
  await inShell(`persona ${to} runs delete 94628 fa111 94628a9a41`);

  expect([refused.exitCode, before.length]).toEqual([1, 5]);
  expect((await readdir(path.join(data, "runs"))).sort()).toEqual(["916e71c1b1", "e21aa8ffe2", "f2b3e88375"]);
});

test("corrections of a forgotten person's conversations go with them", async () => {
  const workspace = openWorkspace(data);
  const [dataset = ""] = await readdir(path.join(data, "shards"));
  const words = {
    context: [{ speaker: "Ben Reis", bubbles: ["umbrella"] }],
    rejected: ["no"],
    better: ["yes"],
  };
  const at = "2026-01-01";
  await keepVote(workspace, { type: "correction", at, relation: "self", by: "base", dataset, ...words });
  const { stderr } = await inShell(`persona --data ${shellWord(data)} forget "Ben Reis" --yes`);

  expect(stderr).toContain("Removed 1 correction ");
  expect(await readFile(workspace.votesFile, "utf8")).toBe("");
});

test("what a forgotten person said to the persona goes too, under their name or their Discord id, also while a bot serves", async () => {
  const workspace = openWorkspace(data);
  const config = path.join(data, "persona.json");
  await writeFile(config, '{ "friends": { "184405311681986560": "Ben Reis" } }');
  const memories = await keepMemories({
    persona: "Ana",
    folder: workspace.conversations,
    keepDays: 14,
    passedOver: () => {},
  });
  const memory = memories.get("channel");
  memory.hear("Ben Reis", "heron one", "1");
  memory.hear("Milo Fox", "heron two", "184405311681986560");
  memory.hear("Zoë Fox", "mine", "2");
  await expect.poll(() => filesIn(workspace.conversations)).toContain("mine");
  const command = `persona --data ${shellWord(data)} --config ${shellWord(config)} forget "Ben Reis" --yes`;
  const { stderr } = await inShell(command);

  expect(stderr).toContain("Erased 2 messages from what the persona remembers");
  expect(await filesIn(workspace.conversations)).not.toContain("heron");
  expect(memories.get("channel").turns.flatMap(({ bubbles }) => bubbles)).toEqual(["mine"]);
  await memories.close();
});

async function filesIn(folder: string): Promise<string> {
  const names = await readdir(folder);
  return (await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")))).join("");
}
