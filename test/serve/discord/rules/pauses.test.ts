import { expect, test } from "vitest";
import { StateFile } from "../../../../src/serve/discord/people/index.ts";
import { Pauses } from "../../../../src/serve/discord/rules/pauses.ts";
import { ids } from "../../../discord-server/index.ts";
import { newWorkspace } from "../../../new-workspace.ts";
import { answered, connect, contents, eventually, newLog, scripted, sent } from "../connect.ts";
import { newState, settingsWith } from "../settings-with.ts";

test("a pause of some minutes is over by itself, one without an end is not", async () => {
  let now = Date.UTC(2026, 10, 29);
  const pauses = new Pauses({ file: newState(), onPause: () => {}, now: () => now });
  await pauses.start(ids.open, 30);
  await pauses.start(ids.busy);
  expect([pauses.areIn([ids.open]), pauses.areIn([ids.busy]), pauses.isEverywhere]).toEqual([
    true,
    true,
    false,
  ]);
  now += 30 * 60_000;
  expect([pauses.areIn([ids.open]), pauses.areIn([ids.busy])]).toEqual([false, true]);
  await pauses.end(null);
  expect(pauses.areIn([ids.busy])).toBe(false);
});

test("the end of one channel's pause is not the end of all", async () => {
  const pauses = new Pauses({ file: newState(), onPause: () => {} });
  await pauses.start(null);
  await pauses.start(ids.open);
  await pauses.end(ids.open);
  expect(pauses.areIn([ids.open])).toBe(true);
});

test("the kill word of an admin silences an answer in every channel, and after a restart, until /resume", async () => {
  const { discordFile } = await newWorkspace();
  const { lines, log } = newLog();
  const settings = settingsWith({ killWord: "Stop it!", admins: [ids.ben] });
  const thinking: (() => void)[] = [];
  const persona = scripted(async () => {
    await new Promise<void>((resolve) => thinking.push(resolve));
    return ["too late"];
  });
  const first = await connect({ persona, settings, log, state: new StateFile(discordFile, () => {}) });
  first.server.write({ channel: ids.direct, content: "hello" });
  first.server.write({ channel: ids.open, content: "hello", author: ids.zoe });
  await eventually(() => expect(thinking.length).toBe(2));
  first.server.write({ channel: ids.busy, content: ` <@${ids.bot}> stop IT! `, mentions: [ids.bot] });
  await eventually(() => expect(lines.join("")).toContain("silent everywhere until /resume"));
  for (const finish of thinking) finish();
  await first.bot.close();
  expect(first.server.sent).toEqual([]);

  const { server } = await connect({ settings, state: new StateFile(discordFile, () => {}) });
  server.write({ channel: ids.direct, content: "still there?" });
  server.command("resume", ids.direct);
  await answered(server, 1);
  server.write({ channel: ids.direct, content: "and now?" });
  await sent(server, 1);

  expect(server.answers).toEqual(["I am back everywhere."]);
  await eventually(() =>
    expect(contents(server)).toEqual([expect.stringContaining("an AI"), "Friend: and now?"]),
  );
});

test.each([
  ["said by somebody else", ids.zoe, "enough"],
  ["in a longer message", ids.ben, "enough of that"],
])("the kill word %s is a word like others", async (_, author, content) => {
  const { server } = await connect({ settings: settingsWith({ killWord: "enough", admins: [ids.ben] }) });
  server.write({ channel: ids.open, content, author });
  await sent(server, 1);

  expect(contents(server)).toEqual([`Friend: ${content}`]);
});

test("where no kill word is set, none is obeyed", async () => {
  const { server } = await connect({ settings: settingsWith({ admins: [ids.ben] }) });
  server.write({ channel: ids.direct, content: "null" });
  await sent(server, 1);
});

test("/pause is the owner's", async () => {
  const { server } = await connect();
  server.command("pause", ids.direct);
  await answered(server, 1);
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 1);

  expect(server.answers).toEqual(["Only my owner can do that."]);
});

test("/pause of an admin lasts until /resume", async () => {
  const { server } = await connect({ settings: settingsWith({ admins: [ids.ben] }) });
  server.command("pause", ids.direct);
  await answered(server, 1);
  server.write({ channel: ids.open, content: "hello", author: ids.zoe });
  server.command("resume", ids.direct);
  await answered(server, 2);
  server.write({ channel: ids.open, content: "back?", author: ids.zoe });
  await sent(server, 1);

  expect(server.answers[0]).toBe("I hear and say nothing everywhere, until /resume, after a restart too.");
  expect(contents(server)).toEqual(["Friend: back?"]);
});
