import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { addTrainerFlags, settingsOf, type TrainerFlags } from "../../../src/commands/flags/train.ts";
import { Config } from "../../../src/config.ts";
import { projectRoot } from "../../../src/project.ts";

const defaults = Config.parse({}).train;

test("only what was set is passed on, and a flag goes before persona.json", () => {
  const settings = settingsOf(parse("--epochs", "2", "--no-lora", "--train-layers", "last:4"), {
    ...defaults,
    epochs: 5,
    seed: 7,
  });

  expect(settingsOf({}, defaults)).toEqual({});
  expect(settings).toEqual({ epochs: 2, lora: false, trainLayers: "last:4", seed: 7 });
});

test("numbers and names that make no sense are refused where they are typed", () => {
  expect(() => parse("--epochs", "two")).toThrow("two is not a number above 0.");
  expect(() => parse("--steps", "1.5")).toThrow("1.5 is not a whole number above 0.");
  expect(() => parse("--dropout", "2")).toThrow("2 is not a share between 0 and 1.");
  expect(() => parse("--train-layers", "first:2")).toThrow("first:2 names no layers.");
});

const options = path.join(projectRoot, "scripts/trainer/options.py");

test.runIf(existsSync(options))("the trainer knows every flag that is passed on to it", async () => {
  const known = await readFile(options, "utf8");
  const flags = addTrainerFlags(new Command()).options.map(({ long }) => long ?? "");
  const ofTheWorker = ["--gpus"];
  // argparse makes --no-lora from --lora.
  const unknown = flags.filter(
    (flag) => !known.includes(`"${flag.replace("--no-", "--")}"`) && !ofTheWorker.includes(flag),
  );

  expect(flags.length).toBeGreaterThan(25);
  expect(unknown).toEqual([]);
});

function parse(...words: string[]): TrainerFlags {
  return addTrainerFlags(new Command().exitOverride()).parse(words, { from: "user" }).opts();
}
