import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../../src/project.ts";
import { keepMemories, StateFile } from "../../../src/serve/index.ts";
import { runInProcess } from "../../commands/in-process.ts";
import { ids } from "../../discord-server/index.ts";
import { newWorkspace, oldWorkspace } from "../../new-workspace.ts";
import { connect, eventually, newLog, scripted } from "./connect.ts";
import { settingsWith } from "./settings-with.ts";

/** Nobody says it by chance. */
const secret = "zebra-quartz-lighthouse";

/** Whatever makes a model of messages, and what it is started by. */
const makers = [
  "ingest",
  "prepare",
  "train",
  "evaluate",
  "handoffs",
  "commands/import",
  "commands/train",
  "commands/eval",
];
const reader =
  /workspace\.(conversations|discordFile)|\b(conversations|discordFile)\b[^)\n]*\}: Workspace|discord\.json/;

test("nothing that imports, prepares or trains opens what the bot remembers", async () => {
  const sources = await Promise.all(makers.map((maker) => filesUnder(path.join(projectRoot, "src", maker))));
  const scripts = await filesUnder(path.join(projectRoot, "scripts"));
  const readers = [...sources.flat(), ...scripts].filter(({ text }) => reader.test(text));
  expect(readers.map(({ file }) => file)).toEqual([]);
  // Whoever may, is seen.
  const serving = await filesUnder(path.join(projectRoot, "src", "commands", "serving"));
  expect(serving.filter(({ text }) => reader.test(text)).length).toBeGreaterThan(0);
});

test("a data set that is made beside what the bot remembers holds no word of it", async () => {
  const workspace = await oldWorkspace();
  const { conversations: folder, root } = workspace;
  const memories = await keepMemories({ persona: "Ana", folder, keepDays: 14, passedOver: () => {} });
  for (let time = 0; time < 50; time++)
    memories.get(ids.direct).hear("Ben Reis", `${secret} ${time}`, ids.ben);
  await memories.close();
  const { exitCode, stderr } = await runInProcess(["--data", root, "prepare", "--keep-short", "0.5"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });

  const files = await filesUnder(root);
  const holders = files
    .filter(({ text }) => text.includes(secret))
    .map(({ file }) => path.relative(root, file));
  expect(holders.length).toBeGreaterThan(0);
  expect(holders.every((file) => file.startsWith("conversations"))).toBe(true);
});

test("no word of a conversation is in the log or in what is known of accounts, whatever goes wrong", async () => {
  const { discordFile } = await newWorkspace();
  const { lines, log } = newLog();
  log.level = "trace";
  const persona = scripted((turns) => {
    const words = turns.at(-1)?.bubbles.at(-1) ?? "";
    if (words.includes("fails")) throw new Error("the engine failed");
    return [`${secret} ${words}`];
  });
  const { server, bot } = await connect({
    log,
    persona,
    state: new StateFile(discordFile, () => {}),
    settings: settingsWith({ perPerson: 5, killWord: `${secret} stop`, admins: [ids.owner] }),
  });
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  server.forbid(ids.busy, "SendMessages");
  ben.says(`${secret} one`);
  await server.untilSaid(new RegExp(`${secret} one`));
  ben.says(`${secret} fails`);
  ben.says(`<@${ids.bot}> ${secret} refused`, { in: ids.busy });
  await eventually(() => expect(lines.join("")).toMatch(/Missing Permissions/));
  await ben.types(`/ask message:${secret}`).acknowledged();
  for (let time = 0; time < 6; time++) ben.says(`${secret} much ${time}`);
  await eventually(() => expect(lines.join("")).toContain("its writer wrote too much"));
  owner.says(`${secret} stop`);
  await eventually(() => expect(lines.join("")).toContain("the kill word was said"));
  await bot.close();

  expect(lines.join("")).not.toContain(secret);
  expect(await readFile(discordFile, "utf8")).not.toContain(secret);
  expect(lines.length).toBeGreaterThan(4);
});

async function filesUnder(folder: string): Promise<{ file: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
      .map(async ({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        return { file, text: await readFile(file, "latin1") };
      }),
  );
}
