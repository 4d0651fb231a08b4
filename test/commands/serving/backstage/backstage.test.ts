import { readFile } from "node:fs/promises";
import type { APIMessage } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import type { CommandContext } from "../../../../src/commands/command.ts";
import { backstageOf } from "../../../../src/commands/serving/backstage/backstage.ts";
import { loadConfig } from "../../../../src/config.ts";
import { readCorrections } from "../../../../src/evaluate/index.ts";
import { findRun } from "../../../../src/handoffs/index.ts";
import { countMessagesOf } from "../../../../src/ingest/index.ts";
import { People, StateFile, startBot } from "../../../../src/serve/index.ts";
import { openTerminal } from "../../../../src/terminal.ts";
import type { Workspace } from "../../../../src/workspace.ts";
import { startDiscordServer } from "../../../discord-server/index.ts";
import { replyTo, writeReplies } from "../../../evaluate/replies.ts";
import { newWorkspace, oldWorkspace } from "../../../new-workspace.ts";
import { defaults } from "../../../serve/discord/connect.ts";
import { writeFinishedRun } from "../../../train/run-record.ts";

const never = () => {
  throw new Error("nothing is damaged");
};

async function contextIn(workspace: Workspace): Promise<CommandContext> {
  const configFile = "no such persona.json";
  const config = await loadConfig(configFile);
  return { workspace, config, configFile, passedOver: never, terminal: openTerminal({ json: false }) };
}

async function backstageIn(workspace: Workspace, id: string) {
  const context = await contextIn(workspace);
  const run = await findRun(workspace, id, never);
  const speakers = new Map([
    ["Ben Ito", "Person 3"],
    ["Friend 2", "Friend 2"],
  ]);
  return { run, backstage: backstageOf(context, { run }, { speakers, openMask: undefined }) };
}

test("names are those that people have, and nobody is called as training calls strangers", async () => {
  const workspace = await newWorkspace();
  await writeFinishedRun(workspace, { id: "aaaa" });
  const { backstage } = await backstageIn(workspace, "aaaa");

  expect(backstage.names?.all()).toEqual(["Ben Ito"]);
  expect(backstage.names?.labelOf("ben ito")).toBe("Person 3");
});

test("a correction from Discord has no context: what others wrote there is not to be trained on", async () => {
  const workspace = await newWorkspace();
  await writeFinishedRun(workspace, { id: "aaaa" });
  const { run, backstage } = await backstageIn(workspace, "aaaa");
  await backstage.corrections?.keep(["as an AI"], ["omw"]);

  expect(await readCorrections(workspace, run.dataset, never)).toMatchObject([
    { context: [], rejected: ["as an AI"], better: ["omw"] },
  ]);
});

test("votes from Discord lie with those of persona eval --ask; without the base's answers the real one is beside the run's", async () => {
  const workspace = await newWorkspace();
  await writeFinishedRun(workspace, { id: "aaaa" });
  await writeReplies(workspace, "aaaa", [replyTo(1, "served", "mine"), replyTo(1, "real", "theirs")]);
  const { backstage } = await backstageIn(workspace, "aaaa");
  const ballot = await backstage.ballots?.draw();
  const answer = ballot?.answers.findIndex(({ bubbles }) => bubbles[0] === "theirs");
  await ballot?.vote(answer, "friend");
  await ballot?.vote(undefined, "stranger");
  const votes = (await readFile(workspace.votesFile, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

  expect(votes).toMatchObject([
    { type: "vote", relation: "friend", chosen: "real" },
    { type: "vote", relation: "stranger", chosen: null },
  ]);
  expect(votes[0].among.toSorted()).toEqual(["aaaa", "real"]);
});

test("a run is shown with how far it came and its loss, and the end of one that has ended is known at once", async () => {
  const workspace = await oldWorkspace();
  const { backstage } = await backstageIn(workspace, "916e71c1b1");
  const { training } = backstage;
  const runs = await training?.runs();
  const shown = await training?.show("916e71c1b1");

  expect(runs?.length).toBe(5);
  expect(shown).toMatchObject({ id: "916e71c1b1", state: "finished", isOpen: false });
  expect(shown?.about.join("\n")).toMatch(/step \d+ of \d+, loss \d/);
  expect(shown?.curve.length).toBeGreaterThan(0);
  expect(await training?.ended("916e71c1b1", new AbortController().signal)).toEqual(shown);
  expect(await training?.show("nowhere")).toBeUndefined();
});

test("who asked on Discord to be forgotten is erased from the store when the owner says so, after a restart too", async () => {
  const workspace = await oldWorkspace();
  const { backstage } = await backstageIn(workspace, "916e71c1b1");
  const server = await startDiscordServer();
  onTestFinished(server.close);
  const start = () => {
    const state = new StateFile(workspace.discordFile, never);
    const { forgetting } = backstage;
    return startBot({ ...defaults(server.api), state, backstage: { ...(forgetting && { forgetting }) } });
  };
  const people = () => new People(new StateFile(workspace.discordFile, never));
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  await people().claim(ben.id, "Ben Reis", { isConfirmed: true });
  const first = await start();
  await ben.types("/forgetme").words();
  const [card] = await server.untilSaid(1, { in: owner.direct });
  await first.close();
  expect((await countMessagesOf(workspace, "Ben Reis")).texts).toBeGreaterThan(0);
  const second = await start();
  onTestFinished(second.close);
  await owner.clicks(card as APIMessage, "Erase all that they wrote").words();

  await expect(countMessagesOf(workspace, "Ben Reis")).rejects.toThrow();
  await second.close();
  expect(people().forgetRequests).toEqual([]);
});
