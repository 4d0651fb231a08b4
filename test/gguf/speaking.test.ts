import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../src/bench/inputs/index.ts";
import { type Message, readSpeakingFit } from "../../src/handoffs/index.ts";
import { type PreparedShards, prepareShards } from "../../src/prepare/index.ts";
import { runScript } from "../../src/python.ts";
import { learnToSpeak, type Persona } from "../../src/serve/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { hour, message, newWorkspace, persona, storeOf } from "../prepare/data-set.ts";
import { runRecord } from "../train/run-record.ts";
import { openTrained } from "./trained-persona.ts";

let workspace: Workspace;
let prepared: PreparedShards;
let speaker: Persona;

beforeAll(async () => {
  workspace = await newWorkspace();
  prepared = await prepareShards({
    store: storeOf(["film club", "flat"].map((thread, index) => groupChat(thread, 120, index))),
    workspace,
    trainTokenizer: 300,
    holdOutShare: 0.2,
  });
  const run = await mkdtemp(path.join(tmpdir(), "persona speaking "));
  await finetune([
    "--shards",
    prepared.directory,
    "--run",
    run,
    "--base",
    "scratch:2x2x64",
    "--steps",
    "300",
    "--next-speaker-weight",
    "1",
  ]);
  speaker = await openTrained(run, prepared.manifest);
});

afterAll(() => speaker.close());

test("a run learns on held-out turns when the persona speaks, better than by having spoken lately", async () => {
  let asked = 0;
  const run = runRecord({ id: "aaaa", dataset: prepared.manifest.id });
  const fit = await learnToSpeak(workspace, run, {
    chanceOfSpeaking: (turns) => speaker.chanceOfSpeaking(turns, { conversation: "held out" }),
    onProgress: (moments) => {
      asked = moments;
    },
    most: { moments: 140, milliseconds: Number.POSITIVE_INFINITY },
  });

  expect(asked).toBeGreaterThan(100);
  expect(fit).toMatchObject({ turns: asked, threshold: expect.any(Number) });
  const { model = 0, recency = 1 } = fit?.balancedAccuracy ?? {};
  expect(model).toBeGreaterThan(recency + 0.1);
  expect(await readSpeakingFit(workspace, run.id, fail)).toEqual(fit);
});

test("the persona's turn is more probable after a question, and after one more turn of the same conversation too", async () => {
  const ben = (text: string) => ({ speaker: "Ben", isPersona: false, bubbles: [text] });
  const zoe = (text: string) => ({ speaker: "Zoe", isPersona: false, bubbles: [text] });
  const after = (...turns: Parameters<Persona["chanceOfSpeaking"]>[0]) =>
    speaker.chanceOfSpeaking(turns, { conversation: "a" });
  const [question, statement] = [
    await after(zoe("ok 3"), ben("film 4?")),
    await after(zoe("ok 3"), ben("film 4")),
  ];

  expect(question).toBeGreaterThan(2 * (statement ?? 1));
  // Evaluated with what was evaluated before, as without it.
  const again = await speaker.chanceOfSpeaking([zoe("ok 3"), ben("film 4?")]);
  expect(again).toBeCloseTo(question ?? 0, 3);
});

/** A group in which Ana answers most questions and little else; who else speaks is chance. */
function groupChat(thread: string, conversations: number, seed: number): Message[] {
  const random = seededRandom(seed);
  const pick = <T>(values: T[]) => values[Math.floor(random() * values.length)] as T;
  const number = () => Math.floor(random() * 10);
  return Array.from({ length: conversations }, (_, conversation) => {
    const messages: Message[] = [];
    let last = "";
    for (let index = 0; index < 16; index++) {
      const isAsked = messages.at(-1)?.text.endsWith("?") ?? false;
      const speaks = last !== persona && random() < (isAsked ? 0.9 : 0.08);
      last = speaks ? persona : pick(["Ben", "Zoe", "Kofi"].filter((name) => name !== last));
      const words = speaks
        ? `mine ${number()}`
        : `${pick(["film", "ok"])} ${number()}${random() < 0.25 ? "?" : ""}`;
      messages.push(message(thread, last, words, 4 * hour * conversation + 20_000 * index));
    }
    return messages;
  }).flat();
}

async function finetune(asked: string[]): Promise<void> {
  const small = ["--context-length", "128", "--tokens-per-step", "1024", "--agreement-positions", "200"];
  for await (const _ of runScript("finetune.py", [...asked, ...small, "--learning-rate", "3e-3"]));
}

function fail(problem: Error): never {
  throw problem;
}
