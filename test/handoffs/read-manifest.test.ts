import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { readManifest } from "../../src/handoffs/index.ts";
import { newWorkspace } from "../new-workspace.ts";
import { runRecord, shardManifest } from "../train/run-record.ts";
import { damages } from "./damage.ts";

test("a data set without a manifest is none, for it is written last", async () => {
  const { root } = await newWorkspace();

  expect(await readManifest(root)).toBeUndefined();
  expect(await readManifest(path.join(root, "nowhere"))).toBeUndefined();
  await writeFile(path.join(root, "file"), "");
  expect(await readManifest(path.join(root, "file"))).toBeUndefined();
});

test("a whole manifest is read as it was written", async () => {
  const { root } = await newWorkspace();
  const manifest = shardManifest(runRecord({}));
  await writeFile(path.join(root, "manifest.json"), JSON.stringify(manifest));

  expect(await readManifest(root)).toEqual(manifest);
});

test.each(damages)("a manifest that $name is named with a way out", async ({ damage, says }) => {
  const { root } = await newWorkspace();
  const file = path.join(root, "manifest.json");
  await writeFile(file, "{}");
  await damage(file);
  const error = await readManifest(root).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toBe(`${file} ${says}`);
  expect((error as UserError).fix).toMatch(/^(Delete that folder|Make it readable)/);
});
