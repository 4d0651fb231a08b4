import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { listFolder } from "../../../src/ingest/archives/folder.ts";
import { newFolder } from "../found-things.ts";

test("lists all files below a folder with their sizes, in the order of their names", async () => {
  const root = await newFolder();
  await write(root, "b/two.json", "22");
  await write(root, "b/a/Zoë.json", "é");
  await write(root, "a.json", "1");
  const { entries, problems } = await listFolder(root);
  expect(entries.map(({ path, bytes }) => [path, bytes])).toEqual([
    ["a.json", 1],
    ["b/a/Zoë.json", 2],
    ["b/two.json", 2],
  ]);
  expect(problems).toEqual([]);
});

test("links to files, out of the folder and round in it are told and not followed", async () => {
  const root = await newFolder();
  await write(root, "a.json", "1");
  await symlink(path.join(root, "a.json"), path.join(root, "file"));
  await symlink("/", path.join(root, "out"));
  await symlink(root, path.join(root, "round"));
  const { entries, problems } = await listFolder(root);
  expect(entries.map(({ path }) => path)).toEqual(["a.json"]);
  expect(problems).toEqual(
    ["file", "out", "round"].map((file) => ({ file, problem: "is a link, and links are not followed" })),
  );
});

test("a pipe, which may never end, is told and not read", async () => {
  const root = await newFolder();
  await execa("mkfifo", [path.join(root, "pipe.json")]);
  expect(await listFolder(root)).toEqual({
    entries: [],
    problems: [{ file: "pipe.json", problem: "is no file" }],
  });
});

test("folders deeper than any export are told and not entered", async () => {
  const root = await newFolder();
  await write(root, `${"d/".repeat(32)}seen.json`, "1");
  await write(root, `${"d/".repeat(33)}deep.json`, "1");
  const { entries, problems } = await listFolder(root);
  expect(entries.map(({ path }) => path)).toEqual([`${"d/".repeat(32)}seen.json`]);
  expect(problems).toEqual([{ file: `${"d/".repeat(32)}d`, problem: "lies too deep" }]);
});

async function write(root: string, name: string, content: string): Promise<void> {
  const file = path.join(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
