import { execFileSync } from "node:child_process";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../src/project.ts";
import { builtInTokenizerDirectory } from "../src/tokenizer/index.ts";

test("the library for embeddings reads a model from a folder, without the packages that are stood in for", async () => {
  const models = await mkdtemp(path.join(tmpdir(), "embedders-"));
  await cp(path.join(projectRoot, "test/fixtures/embedder"), path.join(models, "ids"), { recursive: true });
  await cp(builtInTokenizerDirectory, path.join(models, "ids"), { recursive: true });
  const { env, pipeline } = await import("@xenova/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = models;

  const embed = await pipeline("feature-extraction", "ids", { dtype: "fp32" });
  const embedding = await embed("hello world", { pooling: "mean" });

  // The model gives each token's id and its negative; these are the mean of 31373 and 995.
  expect(embedding.tolist()).toEqual([[16184, -16184]]);
});

test("onnxruntime-node's install script downloads nothing", () => {
  const script = path.join(projectRoot, "node_modules/onnxruntime-node/script/install.js");
  const offline = 'require("node:https").get = () => { throw new Error("It reaches for the network."); };';
  const withoutNetwork = `${offline} require(${JSON.stringify(script)});`;

  // Without npm's own variables, by which the script would take this project for its own.
  const options = { encoding: "utf8", env: { PATH: process.env.PATH } } as const;
  expect(execFileSync(process.execPath, ["-e", withoutNetwork], options)).toBe("");
});
