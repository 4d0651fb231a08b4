import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { friendsOf, requireSpeaker, speakersOf } from "../../../src/commands/serving/speakers.ts";
import { runDirectory } from "../../../src/handoffs/index.ts";
import { openMessages } from "../../../src/ingest/index.ts";
import { prepareShards } from "../../../src/prepare/index.ts";
import { projectRoot } from "../../../src/project.ts";
import { personaOfRun } from "../../../src/serve/index.ts";
import { builtInTokenizerDirectory } from "../../../src/tokenizer/index.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeFinishedRun } from "../../train/run-record.ts";
import { runInProcess } from "../in-process.ts";

const [ben, zoe] = ["184405311681986560", "184405311681986561"];
/** What training calls Zoë was invented. */
const speakers = new Map([
  ["Friend", "Friend"],
  ["Friend 2", "Friend 2"],
  ["Ben Ito", "Ben Ito"],
  ["Zoë Park", "Mira Holt"],
]);

test("friends are called what training calls them, however their names are written", () => {
  const warnings: string[] = [];

  expect(
    friendsOf({ [ben]: "ben ito ", [zoe]: "Zoë Park" }, speakers, (line) => warnings.push(line)),
  ).toEqual(
    new Map([
      [ben, "Ben Ito"],
      [zoe, "Mira Holt"],
    ]),
  );
  expect(warnings).toEqual([]);
});

test.each([
  [
    { [ben]: "Bem Ito" },
    `friends in persona.json: the run has heard nobody called "Bem Ito", so ${ben} is Friend. Did you mean "Ben Ito"?`,
  ],
  [{ "Ben Ito": ben }, `friends in persona.json: the Discord id comes first, "${ben}": "Ben Ito".`],
  [
    { benito: "Ben Ito" },
    'friends in persona.json: "benito" is no Discord id of 17 to 20 digits. In Discord\'s developer mode, right-click the person and copy it.',
  ],
])("a friend who is nobody is said in one line: %j", (friends, line) => {
  const warnings: string[] = [];

  expect(friendsOf(friends, speakers, (warning) => warnings.push(warning))).toEqual(new Map());
  expect(warnings).toEqual([line]);
});

test("who asks to be somebody must be somebody", () => {
  expect(requireSpeaker(speakers, "zoë park")).toBe("Mira Holt");
  expect(requireSpeaker(speakers, "Friend")).toBe("Friend");
  expect(() => requireSpeaker(speakers, "Zoe Parc")).toThrow(
    expect.objectContaining({
      message: 'The run has heard nobody called "Zoe Parc".',
      fix: 'Did you mean "Zoë Park"?',
    }),
  );
  expect(() => requireSpeaker(new Map([["Friend", "Friend"]]), "Ben")).toThrow(
    expect.objectContaining({ fix: "Leave the name out: you are then Friend, as everybody else." }),
  );
});

test("nobody is a friend who is not listed, whatever they call themselves", () => {
  const known = friendsOf({ [ben]: "Ben Ito" }, speakers, () => {});

  for (const name of ["constructor", "__proto__", "toString"]) expect(known.get(name)).toBeUndefined();
});

test("friends of a run with invented names are found by their real ones, where the messages are", async () => {
  const workspace = await newWorkspace();
  await cp(path.join(projectRoot, "test/fixtures/old-data/data/messages"), workspace.messages, {
    recursive: true,
  });
  const store = await openMessages(workspace);
  const { manifest } = await prepareShards({ store, workspace, realNames: "invented" });
  const run = await writeFinishedRun(workspace, {
    id: "abcd",
    persona: manifest.persona,
    dataset: manifest.id,
  });
  await writeFile(path.join(runDirectory(workspace, run.id), "manifest.json"), JSON.stringify(manifest));
  const files = { ...(await personaOfRun(workspace, run)), tokenizerDirectory: builtInTokenizerDirectory };
  const friends = { [ben]: "Ben Reis", [zoe]: "Zoë Fox" };
  const found = async () => {
    const warnings: string[] = [];
    const known = friendsOf(friends, await speakersOf(workspace, run, files), (line) => warnings.push(line));
    return { labels: [...known.values()], warnings };
  };

  const { labels, warnings } = await found();
  await rm(workspace.messages, { recursive: true });
  const elsewhere = await found();

  expect(warnings).toEqual([]);
  expect(labels).toHaveLength(2);
  expect(manifest.speakers).toEqual(expect.arrayContaining(labels));
  expect(labels).not.toContain("Zoë Fox");
  expect(elsewhere.labels).toEqual([]);
  expect(elsewhere.warnings).toHaveLength(2);
});

test("persona chat --as with a typo ends before the model is opened, with the closest names", async () => {
  const workspace = await newWorkspace();
  const run = await writeFinishedRun(workspace, { id: "abcd" });
  const file = path.join(runDirectory(workspace, run.id), "manifest.json");
  const manifest = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...manifest, speakers: ["Friend", "Ben Ito"] }));

  const { exitCode, stderr } = await runInProcess(["chat", "--data", workspace.root, "--as", "Bem Ito"]);

  expect(stderr).toBe('Error: The run has heard nobody called "Bem Ito".\n  Fix: Did you mean "Ben Ito"?\n');
  expect(exitCode).toBe(1);
});
