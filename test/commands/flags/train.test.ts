import { Command } from "commander";
import { expect, test } from "vitest";
import { exampleSection, trainChoices } from "../../../src/choices/index.ts";
import {
  addTrainerFlags,
  renderingOf,
  settingsOf,
  type TrainerFlags,
} from "../../../src/commands/flags/train.ts";
import { Config } from "../../../src/config.ts";
import { chatTokenizerDirectory } from "../../fixtures/tokenizers/chat.ts";

test("only what was chosen is passed on, and a flag goes before persona.json", () => {
  const settings = settingsOf(
    parse("--epochs", "2", "--no-lora", "--train-layers", "last:4", "--base", "gpt2"),
    inFile({ epochs: 5, seed: 7 }),
  );

  expect(settingsOf({}, inFile({}))).toEqual({});
  expect(settings).toEqual({ epochs: 2, lora: false, trainLayers: "last:4", seed: 7 });
});

test("a copy of persona.example.json asks for the same run as no file", () => {
  expect(settingsOf({}, inFile(exampleSection(trainChoices)))).toEqual({});
  expect(settingsOf({}, inFile(exampleSection(trainChoices)), { lora: true })).toEqual({ lora: true });
});

test("a default on the command line goes before another value in persona.json", () => {
  expect(settingsOf(parse("--epochs", "3"), inFile({ epochs: 5 }))).toEqual({});
});

test("numbers and names that make no sense are refused where they are typed", () => {
  expect(() => parse("--epochs", "two")).toThrow("--epochs takes a number above 0, not two.");
  expect(() => parse("--steps", "1.5")).toThrow("--steps takes a whole number of at least 1, not 1.5.");
  expect(() => parse("--dropout", "2")).toThrow("--dropout takes a number of at least 0 and below 1, not 2.");
  expect(() => parse("--seed=-1")).toThrow("--seed takes a whole number of at least 0, not -1.");
  expect(() => parse("--agreement-positions", "0.5")).toThrow("a whole number of at least 0, not 0.5.");
  expect(() => parse("--train-layers", "first:2")).toThrow("takes all or last:N, not first:2.");
});

test("what the trainer would refuse is refused in persona.json at once, by the field's name", () => {
  expect(() => inFile({ emaDecay: 0 })).toThrow(/emaDecay[\s\S]*0 is not a number above 0 and below 1/);
  expect(() => inFile({ seed: -1 })).toThrow("seed");
  expect(() => inFile({ agreementPositions: 0.5 })).toThrow("agreementPositions");
  expect(() => inFile({ trainLayers: "first:2" })).toThrow("trainLayers");
  expect(() => inFile({ schedule: "linear" })).toThrow("schedule");
});

test("choices that contradict each other are refused, and persona.json is named where they come from there", () => {
  expect(() => settingsOf(parse("--dora"), {})).toThrow(
    /^DoRA is a kind of LoRA, and no adapters are trained\.$/,
  );
  expect(() => settingsOf({}, inFile({ dora: true }))).toThrow("trained; persona.json sets train.dora.");
  expect(() => settingsOf(parse("--decay-share", "0.1"), {})).toThrow("Only the schedule wsd decays");
  expect(() => settingsOf(parse("--train-layers", "last:2"), {}, { lora: true })).toThrow("LoRA trains none");
  expect(() => settingsOf(parse("--fsdp", "on"), {})).toThrow("this run has one");
  expect(() => settingsOf(parse("--fsdp", "on", "--gpus", "2", "--compile", "on"), {})).toThrow(
    "not compiled",
  );
});

test("choices that go together are not refused", () => {
  expect(settingsOf(parse("--dora"), inFile({ lora: true }))).toEqual({ lora: true, dora: true });
  expect(settingsOf(parse("--dora"), {}, { lora: true })).toEqual({ lora: true, dora: true });
  expect(settingsOf(parse("--schedule", "wsd", "--decay-share", "0.1"), {})).toEqual({
    schedule: "wsd",
    decayShare: 0.1,
  });
  expect(settingsOf(parse("--fsdp", "off", "--optimizer", "adamw-8bit"), {})).toEqual({
    fsdp: "off",
    optimizer: "adamw-8bit",
  });
});

test("--no-lora leaves the adapters' settings of persona.json alone", () => {
  const settings = settingsOf(parse("--no-lora"), inFile({ lora: true, dora: true, loraRank: 8, epochs: 1 }));

  expect(settings).toEqual({ lora: false, epochs: 1 });
});

test("conversations are written as asked, else as the parent was trained, else as suits the base", async () => {
  const chat = { directory: await chatTokenizerDirectory() };
  const odd = { directory: await chatTokenizerDirectory({ template: "{{ messages }}" }) };
  const notes: string[] = [];
  const choose = (asked?: "auto" | "plain" | "chat", tokenizer?: typeof chat, parent?: "plain" | "chat") =>
    renderingOf(asked, { tokenizer, parent: parent && { rendering: parent } }, (line) => notes.push(line));

  expect(await choose("plain", chat)).toBe("plain");
  expect(await choose(undefined, chat)).toBe("chat");
  expect(await choose("auto", chat, "plain")).toBe("plain");
  expect(await choose("chat", chat, "plain")).toBe("chat");
  expect(await choose()).toBe("plain");
  expect(notes).toEqual([]);
  expect(await choose("auto", odd)).toBe("plain");
  expect(notes.join()).toContain("written in the plain rendering");
});

function parse(...words: string[]): TrainerFlags {
  return addTrainerFlags(new Command().exitOverride()).parse(words, { from: "user" }).opts();
}

function inFile(train: unknown): TrainerFlags {
  return Config.parse({ train }).train;
}
