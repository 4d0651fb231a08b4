import { cp, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import type { CommandContext } from "../../src/commands/command.ts";
import { watchForStale } from "../../src/commands/stale.ts";
import { type RunRecord, readRun } from "../../src/handoffs/index.ts";
import { projectRoot } from "../../src/project.ts";
import { markRunsStale } from "../../src/train/index.ts";
import { openWorkspace } from "../../src/workspace.ts";
import { inShell } from "./in-shell.ts";

/** Of the run that answers, and of the data sets. */
const answering = "f2b3e88375";

interface Choices {
  optedOut?: string[];
  redactFile?: string;
  country?: string;
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "persona stale "));
  const old = path.join(projectRoot, "test", "fixtures", "old-data", "data");
  await cp(old, path.join(folder, "data"), { recursive: true });
});

test.each<[string, Choices, string | undefined]>([
  ["optedOut", { optedOut: ["Zoë Fox"] }, undefined],
  ["optedOut", { optedOut: ["Ben Reis", "pia costa"] }, undefined],
  ["redact.txt", {}, "umbrella\n"],
  ["redact.txt", { redactFile: "eigene.txt" }, "Regenschirm\n雨傘\n"],
  ["country", { country: "JP" }, undefined],
])("whoever answers says that %s was another when it was made", async (choice, prepare, rules) => {
  const before = await inFolder("persona chat --json --temperature 0", { input: "hi" });
  await choose(prepare, rules);
  const after = await inFolder("persona chat --json --temperature 0", { input: "hi" });

  expect(before.stderr).not.toContain("stale");
  expect(after.stderr).toContain(`Run ${answering} is stale: made with another choice of ${choice}`);
});

test("prepare names what was made with other choices, marks the runs, and prints commands that remove it", async () => {
  await inFolder("persona prepare --train-tokenizer 300");
  await choose({ optedOut: ["Ben Reis"] });
  const { stderr } = await inFolder("persona prepare --train-tokenizer 300");
  const again = await inFolder("persona prepare --train-tokenizer 300");
  const commands = stderr
    .split("\n")
    .flatMap((line) => /another choice of [^:]*optedOut[^:]*: (\S.*)$/.exec(line)?.[1] ?? []);

  expect(commands).toHaveLength(2);
  expect(again.stderr).not.toContain("runs delete");
  expect((await inFolder("persona runs")).stderr.match(/stale: made with another choice/g)).toHaveLength(5);
  const chat = await inFolder("persona chat --json", { input: "hi" });
  expect(chat.stderr).toContain(`Run ${answering} is stale: made with another choice of`);
  for (const command of commands) await inFolder(command);
  expect(await readdir(path.join(folder, "data", "shards"))).toHaveLength(1);
  expect(await readdir(path.join(folder, "data", "runs"))).toEqual([]);
});

test("a bot that answers already hears of it once", async () => {
  const workspace = openWorkspace(path.join(folder, "data"));
  const run = (await readRun(workspace, answering)) as RunRecord;
  const warned: string[] = [];
  const terminal = { warn: (line: string) => warned.push(line) };
  const context = { workspace, terminal } as unknown as CommandContext;
  const watch = watchForStale(context, run, { everyMs: 5 });

  await markRunsStale(workspace, [run.dataset], "a person was forgotten");
  await vi.waitUntil(() => warned.length > 0, { timeout: 60_000 });
  watch.stop();
  expect(warned).toEqual([`Run ${answering} is stale: a person was forgotten. persona train makes another.`]);
});

async function choose(prepare: Choices, rules?: string): Promise<void> {
  await writeFile(path.join(folder, "persona.json"), JSON.stringify({ prepare }));
  if (rules !== undefined) await writeFile(path.join(folder, prepare.redactFile ?? "redact.txt"), rules);
}

function inFolder(command: string, options: { input?: string } = {}) {
  return inShell(command, { cwd: folder, ...options });
}
