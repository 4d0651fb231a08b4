import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { CommandContext } from "../../../../src/commands/command.ts";
import { chatPresence, knownOf, whoTypes } from "../../../../src/commands/serving/chat/chat-presence.ts";
import { type RunRecord, readRun, runDirectory } from "../../../../src/handoffs/index.ts";
import { oldWorkspace } from "../../../new-workspace.ts";

const [answering, other] = ["f2b3e88375", "916e71c1b1"] as const;

test("a conversation takes the name, the times and the masks of the run that answers", async () => {
  const { context, run, next, said } = await twoRuns();
  const as = "zoë fox";
  const known = await knownOf(context, run, as);
  const presence = chatPresence(context, { run, openMask: () => () => "[masked]" }, { known, as });
  const memory = presence.memories.get("terminal");
  expect(presence.known).toMatchObject({ speaker: "Zoë Fox", style: { timeZone: "UTC" } });
  memory.hear("Zoë Fox", "call 912 345 678", whoTypes);

  const takeOver = await presence.prepareFor(next);
  expect(presence.known).toBe(known);
  takeOver(() => (words) => words.replace(/\d/g, "0"));
  expect(presence.known).toMatchObject({ speaker: undefined, style: { timeZone: "Asia/Tokyo" } });
  expect(said).toEqual(['The run has heard nobody called "zoë fox". You are Friend to it.']);
  memory.hear("Friend", "call 912 345 678", whoTypes);
  expect(memory.turns).toEqual([
    { speaker: "Friend", isPersona: false, bubbles: ["[masked]", "call 000 000 000"] },
  ]);
  expect(presence.openMask?.()("1", [])).toBe("0");
});

test("whoever is unknown to the run that answers first is refused", async () => {
  const { context, next } = await twoRuns();

  await expect(knownOf(context, next, "Zoë Fox")).rejects.toThrow('heard nobody called "Zoë Fox"');
});

/** The second has not heard Zoë, and its person writes in Tokyo. */
async function twoRuns() {
  const workspace = await oldWorkspace();
  const runOf = async (id: string) => (await readRun(workspace, id)) as RunRecord;
  const [run, next] = [await runOf(answering), await runOf(other)];
  await change(path.join(runDirectory(workspace, next.id), "manifest.json"), ({ speakers }) => ({
    speakers: (speakers as string[]).filter((speaker) => speaker !== "Zoë Fox"),
  }));
  const style = path.join(workspace.shards, run.dataset, "style.json");
  await writeFile(path.join(runDirectory(workspace, next.id), "style.json"), await readFile(style));
  await change(path.join(runDirectory(workspace, next.id), "style.json"), () => ({ timeZone: "Asia/Tokyo" }));
  const said: string[] = [];
  const context = {
    workspace,
    terminal: { warn: (line: string) => said.push(line) },
    passedOver: () => {},
  } as unknown as CommandContext;
  return { context, run, next, said };
}

async function change(file: string, to: (read: Record<string, unknown>) => object): Promise<void> {
  const read = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...read, ...to(read) }));
}
