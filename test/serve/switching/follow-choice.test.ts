import { cp, rename, rm, truncate } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { type RunRecord, readRun, runDirectory } from "../../../src/handoffs/index.ts";
import { Memory, openPersona, personaOfRun } from "../../../src/serve/index.ts";
import { followChoice } from "../../../src/serve/switching/follow-choice.ts";
import { SwitchingPersona } from "../../../src/serve/switching/switching-persona.ts";
import { serveRun, serveRunBefore } from "../../../src/train/index.ts";
import { type Workspace, writeFileAtomically } from "../../../src/workspace.ts";
import { oldWorkspace } from "../../new-workspace.ts";

/** Two finished runs of an earlier version, with real models; the first was chosen to answer. */
const [answering, other] = ["f2b3e88375", "916e71c1b1"] as const;
let workspace: Workspace;
let persona: SwitchingPersona;
let refusals: string[];
let stop: () => Promise<void>;

beforeEach(async () => {
  workspace = await oldWorkspace();
  await serveRun(workspace, await runOf(answering));
  persona = new SwitchingPersona(await open(await runOf(answering)));
  refusals = [];
});

afterEach(async () => {
  await stop();
  await persona.close();
});

test("another run that is chosen answers, and the one before when one goes back", async () => {
  await follow();
  await serveRun(workspace, await runOf(other));
  await answersAs(other);
  expect(await say("are you there?")).toContain("reply-end");
  await serveRunBefore(workspace);
  await answersAs(answering);

  expect(await say("and now?")).toContain("reply-end");
  expect(refusals).toEqual([]);
});

test("a choice that was made while the first run was being opened is followed too", async () => {
  await serveRun(workspace, await runOf(other));
  await follow();

  await answersAs(other);
});

test("where the system does not tell of changes, they are found all the same", async () => {
  // The folder that is watched is another one from now on, with the same path.
  await rename(workspace.root, `${workspace.root} moved`);
  await cp(`${workspace.root} moved`, workspace.root, { recursive: true });
  await follow();
  await rename(workspace.root, `${workspace.root} moved again`);
  await cp(`${workspace.root} moved again`, workspace.root, { recursive: true });
  await serveRun(workspace, await runOf(other));

  await answersAs(other);
});

test("when the run that answers is deleted, the newest that is left does", async () => {
  await follow();
  await rm(runDirectory(workspace, answering), { recursive: true });

  await answersAs(other);
});

test("a run whose model is cut off does not answer: the one before does, and it is said once", async () => {
  await truncate(path.join(runDirectory(workspace, other), "model.gguf"), 9000);
  await follow();
  await serveRun(workspace, await runOf(other));
  await refused(1);

  expect(refusals[0]).toContain(`Run ${answering} goes on answering.`);
  expect(await say("still here?")).toContain("reply-end");
  await serveRun(workspace, await runOf(answering));
  await serveRun(workspace, await runOf(other));
  await refused(2);
});

test("a run that may not answer does not, and why is said", async () => {
  const why = new UserError(`Run ${other} leaks.`, { fix: "persona bot --yes" });
  await follow(() => Promise.reject(why));
  await serveRun(workspace, await runOf(other));
  await refused(1);

  expect(refusals).toEqual([`Run ${other} leaks. Run ${answering} goes on answering. persona bot --yes`]);
  expect(persona.about).toContain(answering);
});

test("a choice that cannot be read, or of a run that is gone, changes nothing", async () => {
  await follow();
  await rm(runDirectory(workspace, other), { recursive: true });
  await writeFileAtomically(workspace.servingFile, JSON.stringify({ run: other }));
  await refused(1);
  await writeFileAtomically(workspace.servingFile, "{");
  await refused(2);

  expect(refusals[0]).toContain("is gone");
  expect(persona.about).toContain(answering);
});

test("a model whose file is emptied or deleted while it answers goes on answering", async () => {
  await follow();
  const file = path.join(runDirectory(workspace, answering), "model.gguf");
  await truncate(file, 0);
  expect(await say("are you there?")).toContain("reply-end");
  await rm(file);

  expect(await say("and now?")).toContain("reply-end");
});

test("a model that cannot be let go of is told of, and the one after it answers", async () => {
  const before = await open(await runOf(answering));
  await persona.close();
  const close = async () => {
    await before.close();
    throw new Error("The engine is stuck.");
  };
  persona = new SwitchingPersona({ ...before, close });
  await follow(undefined, () => new Promise((resolve) => setTimeout(resolve, 200)));
  await serveRun(workspace, await runOf(other));
  await refused(1);

  expect(refusals[0]).toContain("The engine is stuck.");
  expect(await say("are you there?")).toContain("reply-end");
});

async function follow(
  admit: () => Promise<void> = async () => {},
  onSwitch: () => Promise<void> = async () => {},
): Promise<void> {
  const note = ({ message, fix }: UserError) => refusals.push(`${message} ${fix}`);
  const following = followChoice(workspace, {
    persona,
    run: await runOf(answering),
    async open(run) {
      await admit();
      return open(run);
    },
    onSwitch,
    onRefusal: note,
    passedOver: note,
    everyMs: 50,
  });
  stop = following.stop;
}

async function runOf(id: string): Promise<RunRecord> {
  return (await readRun(workspace, id)) as RunRecord;
}

async function open(run: RunRecord) {
  const settings = { temperature: 0, topP: 1, minP: 0, maxTokens: 8 };
  return openPersona(await personaOfRun(workspace, run), settings);
}

/** Patient, so that a busy machine is no failure. */
async function answersAs(run: string): Promise<void> {
  await vi.waitFor(() => expect(persona.about).toContain(run), { timeout: 30_000 });
}

async function refused(times: number): Promise<void> {
  await vi.waitFor(() => expect(refusals).toHaveLength(times), { timeout: 30_000 });
}

/** The kinds of what comes of it: what a model with random weights says may not pass for words. */
async function say(words: string): Promise<string[]> {
  const kinds: string[] = [];
  const memory = new Memory({ id: "a", persona: "Ana" });
  memory.hear("Friend", words);
  for await (const { type } of persona.reply(memory)) kinds.push(type);
  return kinds;
}
