/** A store that came to harm is told in two lines, without a word of anybody's, whichever command meets it. */
import { cp, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { projectRoot } from "../../src/project.ts";

const cli = path.join(projectRoot, "dist", "cli.js");
const old = path.join(projectRoot, "test", "fixtures", "old-data");
const secret = "秘密 secreto тайна";

const commands = [
  ["--json", "messages"],
  ["prepare", "--jobs", "2", "--dry-run"],
  ["forget", "Ben Reis", "--yes"],
  ["import", path.join(old, "exports")],
];

/** Damage of the sixth line of a thread, which keeps its length. */
const ofLine: [string, (line: string) => string][] = [
  ["words alone", (line) => secret.padEnd(line.length)],
  ["half a line of words", (line) => `{"sender":"Zoë Fox","sentAt":1,"text":"${secret}`.padEnd(line.length)],
  ["a list of words", (line) => `["${secret}"]`.padEnd(line.length)],
  ["words for a time", (line) => line.replace(/"sentAt":\d+/, `"sentAt":"${secret}"`)],
  ["words for reactions", (line) => line.replace('"source"', `"reactions":"${secret}","source"`)],
  ["a word for an attachment", (line) => line.replace('"source"', `"attachments":["${secret}"],"source"`)],
  ["a list for words", (line) => line.replace(/"text":"([^"]*)"/, `"text":["${secret}"]`)],
];

const ofIndex: [string, (text: string) => string][] = [
  ["an index that is cut off in a title", (text) => `${text.slice(0, 400)}"title":"${secret}`],
  ["an index of words", () => `"${secret}"`],
  ["an index with words for an owner", (text) => text.replace(/"owner": "[^"]*"/, `"owner": ["${secret}"]`)],
];

test.each(ofLine)("a thread's line that is %s is told without a word of it", async (_, damage) => {
  await expectTold(async (messages) => {
    const index = JSON.parse(await readFile(path.join(messages, "index.json"), "utf8"));
    const name = (await readdir(messages)).find((name) => name.startsWith("facebook-1000")) as string;
    const lines = (await readFile(path.join(messages, name), "utf8")).trimEnd().split("\n");
    const text = `${lines.with(5, damage(lines[5] as string)).join("\n")}\n`;
    await writeFile(path.join(messages, name), text);
    for (const thread of index.threads)
      if (name.startsWith(thread.id)) thread.bytes = Buffer.byteLength(text);
    await writeFile(path.join(messages, "index.json"), JSON.stringify(index));
  });
});

test.each(ofIndex)("%s is told without a word of it", async (_, damage) => {
  await expectTold(async (messages) => {
    const file = path.join(messages, "index.json");
    await writeFile(file, damage(await readFile(file, "utf8")));
  });
});

async function expectTold(damage: (messages: string) => Promise<void>): Promise<void> {
  for (const command of commands) {
    const data = path.join(await mkdtemp(path.join(tmpdir(), "persona damaged ")), "data");
    await cp(path.join(old, "data", "messages"), path.join(data, "messages"), { recursive: true });
    await damage(path.join(data, "messages"));
    const { exitCode, stderr } = await execa(process.execPath, [cli, "--data", data, ...command], {
      reject: false,
    });

    expect(exitCode, command.join(" ")).toBe(1);
    expect(stderr, command.join(" ")).toMatch(/^Error: \S.*\n {2}Fix: \S.*$/m);
    expect(stderr, command.join(" ")).not.toMatch(/秘密|secreto|тайна|\n\s+at /);
  }
}
