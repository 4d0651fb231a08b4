import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { CommandContext } from "../../../../src/commands/command.ts";
import { followConfig } from "../../../../src/commands/serving/bot/live-config.ts";
import { loadConfig } from "../../../../src/config.ts";
import { newWorkspace } from "../../../new-workspace.ts";

const ben = "100000000000000002";

test("what is written into persona.json holds soon, and it is said what changed", async () => {
  const { context, said, write, changes } = await following({});
  await write({ discord: { block: { users: [ben] } }, friends: { [ben]: "Ben Ito" } });
  await eventually(() => expect(changes()).toBe(1));

  expect(context.config.discord.blockedUsers).toEqual([ben]);
  expect(context.config.friends).toEqual({ [ben]: "Ben Ito" });
  expect(said).toEqual(["persona.json was read again: discord and friends changed."]);
});

test.each([
  ["no JSON", "{", "is not valid JSON"],
  ["a mistyped rule", '{"discord":{"blok":{}}}', 'Unrecognized key: "blok" (in discord)'],
  ["a number for an id", `{"discord":{"block":{"users":[${ben}]}}}`, "is not a Discord id"],
  ["a name for an id", '{"discord":{"admins":["Ben"]}}', '"Ben" is not a Discord id'],
  ["an id for a list", `{"discord":{"admins":"${ben}"}}`, "is not a list of Discord ids"],
])("%s leaves the rules as they were, and is said once", async (_, text, problem) => {
  const { context, said, writeText, changes, write } = await following({
    discord: { block: { users: [ben] } },
  });
  await writeText(text);
  await eventually(() => expect(said.join("")).toContain(problem));
  expect(said).toEqual([expect.stringContaining("What it said before still holds.")]);
  expect(context.config.discord.blockedUsers).toEqual([ben]);
  await write({});
  await eventually(() => expect(changes()).toBe(1));
  expect(context.config.discord.blockedUsers).toEqual([]);
});

test("a file that is gone lifts no block, and one that an editor puts in its place is read", async () => {
  const { context, file, said, changes } = await following({ discord: { block: { users: [ben] } } });
  await rm(file);
  await eventually(() => expect(said.join("")).toContain("it is not there"));
  expect(context.config.discord.blockedUsers).toEqual([ben]);
  await writeFile(`${file}~`, '{"discord":{"directMessages":false}}');
  await rename(`${file}~`, file);
  await eventually(() => expect(changes()).toBe(1));
  expect(context.config.discord).toMatchObject({ blockedUsers: [], directMessages: false });
});

test("what cannot change while it runs is said", async () => {
  const { context, said, write } = await following({});
  await write({ persona: "Ben Ito", reply: { temperature: 1 } });
  await eventually(() =>
    expect(said).toEqual(["persona.json: persona and reply will hold when the bot starts again."]),
  );
  expect(context.config.reply).toEqual({});
});

async function following(json: object) {
  const configFile = path.join((await newWorkspace()).root, "persona.json");
  const writeText = (text: string) => writeFile(configFile, text);
  await writeText(JSON.stringify(json));
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const context = {
    configFile,
    config: await loadConfig(configFile),
    terminal: { note: say, warn: say },
  } as unknown as CommandContext;
  let changed = 0;
  const { stop } = followConfig(context, async () => void changed++);
  onTestFinished(stop);
  // What it finds first is what it knows.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const write = (value: object) => writeText(JSON.stringify(value));
  return { context, file: configFile, said, write, writeText, changes: () => changed };
}

async function eventually(holds: () => void): Promise<void> {
  await vi.waitFor(holds, { timeout: 30_000 });
}
