import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { builtInTokenizerDirectory } from "../../../src/tokenizer/index.ts";
import { resolveBase } from "../../../src/train/trainer/base.ts";
import { newWorkspace } from "../../new-workspace.ts";

let hub: string;

beforeEach(async () => {
  hub = (await newWorkspace()).root;
  vi.stubEnv("HF_HOME", hub);
  vi.stubEnv("HF_HUB_CACHE", path.join(hub, "hub"));
  vi.stubEnv("HF_HUB_OFFLINE", "1");
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test("GPT-2's family needs nothing but its tokeniser, which is here", async () => {
  for (const name of ["gpt2", "gpt2-xl", "openai-community/gpt2-medium"])
    expect(await resolveBase(name)).toEqual({
      name,
      tokenizer: { name: "gpt2", directory: builtInTokenizerDirectory },
    });
});

test("a base from nothing takes any tokeniser", async () => {
  expect(await resolveBase("scratch:6x6x384")).toEqual({ name: "scratch:6x6x384" });
});

test.each(["scratch:2x3x32", "scratch:0x1x8", "scratch:2x2", "scratch:axbxc"])(
  "%s is refused before it is queued",
  async (name) => {
    await expect(resolveBase(name)).rejects.toThrow(`${name} is not a shape of a model.`);
  },
);

test("a base in a folder is called by its path from anywhere", async () => {
  const folder = path.join(hub, "my base");
  await mkdir(folder);

  expect(await resolveBase(path.relative(process.cwd(), folder))).toEqual({
    name: folder,
    tokenizer: { name: "my base", directory: folder },
  });
});

test("a preset that the hub's cache holds needs no network, and its revision is the one that is trained on", async () => {
  const revision = "31b70e2e869a7173562077fd711b654946d38674";
  const snapshot = path.join(hub, "hub/models--HuggingFaceTB--SmolLM2-1.7B-Instruct/snapshots", revision);
  await mkdir(snapshot, { recursive: true });
  for (const name of ["config.json", "model.safetensors", "chat_template.jinja"])
    await writeFile(path.join(snapshot, name), "");

  expect(await resolveBase("smollm2-1.7b")).toEqual({
    name: "smollm2-1.7b",
    revision,
    tokenizer: { name: "smollm2-1.7b", directory: snapshot },
    lora: true,
  });
});

test("a base that is nowhere is said in the words of who looked for it", async () => {
  await expect(resolveBase("no such name")).rejects.toMatchObject({
    message: "There is no base called no such name: it is no folder, no preset and no hub id.",
    fix: expect.stringContaining("a hub id such as openai-community/gpt2"),
  });
  await expect(resolveBase("smollm2-360m")).rejects.toMatchObject({
    message: expect.stringMatching(/^The base .* is not on this machine, and the hub cannot be reached/),
  });
});
