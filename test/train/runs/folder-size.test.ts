import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { bytesUnder } from "../../../src/train/runs/folder-size.ts";
import { newWorkspace } from "../../new-workspace.ts";

test("a folder has the bytes of the files in it, however deep; a link is not followed", async () => {
  const { root } = await newWorkspace();
  await mkdir(path.join(root, "a", "b"), { recursive: true });
  await writeFile(path.join(root, "a", "one"), "x".repeat(100));
  await writeFile(path.join(root, "a", "b", "two"), "x".repeat(20));
  await writeFile(path.join(root, "large"), "x".repeat(5000));
  await symlink(root, path.join(root, "a", "b", "up"));

  // The link's own content is the path that it names.
  expect(await bytesUnder(path.join(root, "a"))).toBe(120 + Buffer.byteLength(root));
});

test("a file has its own bytes, and what is not there none", async () => {
  const { root } = await newWorkspace();
  await writeFile(path.join(root, "one"), "x".repeat(100));

  expect(await bytesUnder(path.join(root, "one"))).toBe(100);
  expect(await bytesUnder(path.join(root, "two"))).toBe(0);
});
