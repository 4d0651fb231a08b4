import { rm } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { CommandContext } from "../../../src/commands/command.ts";
import { SharedCard } from "../../../src/commands/serving/shared-card.ts";
import { furtherVoices } from "../../../src/commands/serving/voices.ts";
import { runDirectory } from "../../../src/handoffs/index.ts";
import { Memories } from "../../../src/serve/index.ts";
import { openQueueServer } from "../../../src/train/index.ts";
import { takeCard } from "../../../src/train/queue/card.ts";
import { oldWorkspace } from "../../new-workspace.ts";
import { commandContext } from "./command-context.ts";

const run = "916e71c1b1";
const runKey = `run ${run}`;
const never = new AbortController().signal;
let context: CommandContext;
let model: string;
let said: string[];

beforeEach(async () => {
  const workspace = await oldWorkspace();
  said = [];
  context = await commandContext(workspace, said);
  model = path.join(runDirectory(workspace, "f2b3e88375"), "model.gguf");
});

test("a run that wants the GPU gets it from every voice, of runs and of models, and all go back to it", async () => {
  const voices = voicesWith({ whileTraining: "rest" });
  const opened = [await open(voices, runKey), await open(voices, `model ${model}`)];
  const engines = () => opened.map(({ persona }) => persona.engine);
  expect(engines()).toEqual([onCard, onCard]);

  const server = await openQueueServer({ workspace: context.workspace });
  onTestFinished(() => server.close());
  const card = await takeCard(server.connect(), { durationMs: 5000, patienceMs: 60_000, signal: never });
  expect([card.isFree, ...engines()]).toEqual([true, resting, resting]);
  expect(opened.map(({ persona }) => [persona.name, persona.isModel])).toEqual([
    ["Ána Lima", false],
    ["model", true],
  ]);
  expect(said).toContain("A run has the GPU now: model rests until it is through.");
  await card.release();

  await vi.waitFor(() => expect(engines()).toEqual([onCard, onCard]), { timeout: 30_000 });
});

test("a voice that is chosen while a run has the GPU begins without it", async () => {
  const server = await openQueueServer({ workspace: context.workspace });
  onTestFinished(() => server.close());
  const card = await takeCard(server.connect(), { durationMs: 5000, patienceMs: 0, signal: never });
  const { persona } = await open(voicesWith({ whileTraining: "rest" }), `model ${model}`);
  expect([persona.engine, persona.labelOf(undefined, "Ben")]).toEqual([resting, "Ben"]);
  await card.release();

  await vi.waitFor(() => expect(persona.engine).toEqual(onCard), { timeout: 30_000 });
});

test("friends that persona.json names meanwhile are known to voices that speak already", async () => {
  const voices = voicesWith({});
  const { friendOf } = await open(voices, runKey);
  const ben = "184405311681986560";
  expect(friendOf(ben)).toBeUndefined();
  context.config = { ...context.config, friends: { [ben]: "Ben Reis" } };
  await voices.readAgain();

  expect(friendOf(ben)).toBe("Ben Reis");
});

test("who may be chosen is read once, not with each letter that is typed, and again when persona.json changes", async () => {
  const voices = voicesWith({});
  const offers = await voices.offers();
  expect(offers.map(({ name, reference, kind }) => [name, reference, kind])).toEqual([
    ["Ána Lima", run, "persona"],
    ["model", model, "model"],
  ]);
  await rm(runDirectory(context.workspace, run), { recursive: true });
  expect(await voices.offers()).toEqual(offers);
  await voices.readAgain();

  expect((await voices.offers()).map(({ kind }) => kind)).toEqual(["model"]);
});

const onCard = expect.stringContaining("llama.cpp");
const resting = "nothing at the moment: a run has the GPU";

/** As if this machine had a GPU. */
async function openCard() {
  const card = new SharedCard(await openQueueServer({ workspace: context.workspace }));
  await card.look();
  return card;
}

function voicesWith(flags: { whileTraining?: "rest" }) {
  return furtherVoices(
    context,
    {
      settings: () => ({ personas: [run], models: [model] }),
      flags: { guard: "off", format: "chatml", ...flags },
      mayLeak: true,
      memories: new Memories({ persona: "Ana" }),
    },
    { openCard },
  );
}

async function open(voices: ReturnType<typeof furtherVoices>, key: string) {
  const voice = await voices.open(key);
  onTestFinished(() => voice.close());
  return voice;
}
