import { setTimeout as wait } from "node:timers/promises";
import type { APIMessage } from "discord.js";
import { expect, test } from "vitest";
import type { Turn } from "../../../../src/handoffs/index.ts";
import { ids } from "../../../discord-server/index.ts";
import { connect, contents, eventually, newLog, scripted, sent } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

test("answers direct messages, mentions, replies and open channels, and nothing else", async () => {
  const { server } = await connect();
  server.write({ channel: ids.busy, content: "not for the bot" });
  server.write({ channel: ids.direct, content: "direct" });
  server.write({ channel: ids.open, content: "open" });
  server.write({ channel: ids.busy, content: `<@${ids.bot}> mentioned`, mentions: [ids.bot] });
  await sent(server, 3);
  server.write({ channel: ids.busy, content: "replied", isReply: true });
  await sent(server, 4);

  expect(contents(server).toSorted()).toEqual([
    "Friend: direct",
    "Friend: mentioned",
    "Friend: open",
    "Friend: replied",
  ]);
  expect(server.sent[3]?.message_reference).toBeDefined();
});

test.each([
  ["a name with #", "#general"],
  ["an id", ids.busy],
  ["a part of the name", "gen*"],
])("%s opens a channel, and only that one", async (_, channel) => {
  const { server, bot } = await connect({ settings: settingsWith({ channels: [channel] }) });
  server.write({ channel: ids.open, content: "elsewhere" });
  server.write({ channel: ids.busy, content: "here" });
  await sent(server, 1);

  expect(contents(server)).toEqual(["Friend: here"]);
  expect(bot.places).toContainEqual({ id: ids.busy, name: "general" });
});

test("never answers bots, webhooks or empty messages", async () => {
  const { server } = await connect();
  server.write({ channel: ids.open, content: "I am a bot", author: ids.otherBot });
  server.write({ channel: ids.open, content: "I am a webhook", webhook: "500000000000000001" });
  server.write({ channel: ids.open, content: "", mentions: [ids.bot] });
  server.write({ channel: ids.open, content: "I am Ben" });
  await sent(server, 1);

  expect(contents(server)).toEqual(["Friend: I am Ben"]);
});

test("friends who are mapped speak under the name that training knows", async () => {
  const { server } = await connect({ friendOf: (id) => (id === ids.ben ? "Ben Ito" : undefined) });
  server.write({ channel: ids.direct, content: "hi" });
  await sent(server, 1);

  expect(contents(server)).toEqual(["Ben Ito: hi"]);
});

test("a reply to the persona is answered without a ping too, and a reply to somebody else is not", async () => {
  const { server } = await connect();
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  ben.says(`<@${ids.bot}> hi`, { in: ids.busy });
  const [answer] = await server.untilSaid(1);
  ben.replies(zoe.says("not for the bot", { in: ids.busy }), "nor is this", { pinging: false });
  ben.replies(answer as APIMessage, "without a ping", { pinging: false });
  await server.untilSaid("Friend: without a ping");

  expect(contents(server)).toEqual(["Friend: hi", "Friend: without a ping"]);
});

test("whoever only calls the persona has it answer what was said before", async () => {
  const { server } = await connect({ persona: scripted(said) });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  zoe.says("who brings the cake?", { in: ids.busy });
  ben.says(`<@${ids.bot}>`, { in: ids.busy });
  const [answer] = await server.untilSaid(1);
  ben.says(`<@${ids.bot}>`, { in: ids.busy });
  await server.untilSaid(2);

  expect(answer?.content).toBe("Friend: who brings the cake?");
  // Its own words are no question: now it is called by its name.
  expect(contents(server)[1]).toBe("Friend: who brings the cake? / Ana: … / Friend 2: Ana?");
});

test("whoever has called the persona goes on without a mention until they are answered, and nobody else does", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({ persona: scripted(slowly), log });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  ben.says(`<@${ids.bot}> hey`, { in: ids.busy });
  const other = zoe.says("not for the bot", { in: ids.busy });
  ben.says("the cinema tomorrow", { in: ids.busy });
  ben.replies(other, "nor is this");
  ben.says(`nor this, ${zoe.mention}`, { in: ids.busy });
  ben.says("are you in?", { in: ids.busy });
  await server.untilSaid("Friend: hey the cinema tomorrow are you in?", { in: ids.busy });
  // Discord has the answer before the bot knows that it does.
  await eventually(() => expect(lines.join()).toContain('"msg":"answered"'));
  ben.says("not for the bot any more", { in: ids.busy });
  zoe.says(`<@${ids.bot}> and I?`, { in: ids.busy });
  const [, next] = await server.untilSaid(2, { in: ids.busy });

  expect(next?.content).toBe("Friend: hey the cinema tomorrow are you in? / Ana: … / Friend 2: and I?");
  expect(contents(server)).toHaveLength(2);
});

test("a call that is taken back before the answer takes nothing else along, and is no call to go on from", async () => {
  const { server } = await connect({ persona: scripted(slowly) });
  const ben = server.friend("Ben");
  const call = ben.says(`<@${ids.bot}> hey`, { in: ids.busy });
  ben.edits(call, "hey everybody");
  ben.says("not for the bot", { in: ids.busy });
  ben.says("direct");
  await server.untilSaid("Friend: direct");

  expect(contents(server)).toEqual(["Friend: direct"]);
});

test("its own role is a mention, and its name is no word of the message", async () => {
  const { server } = await connect();
  server.friend("Ben").says(`<@&${ids.botRole}> are you there?`, { in: ids.busy });
  await server.untilSaid("Friend: are you there?");
});

test("in a thread that it was called into, nobody needs to mention it, until that is reset", async () => {
  const { server } = await connect();
  const ben = server.friend("Ben");
  const thread = ben.startsThread("cake", { in: ids.busy });
  ben.says("not for the bot", { in: thread });
  ben.says(`<@${ids.bot}> come in`, { in: thread });
  await server.untilSaid("Friend: come in");
  ben.says("no mention", { in: thread });
  await server.untilSaid("Friend: no mention");
  await ben.types("/reset", { in: thread }).words();
  ben.says("not for the bot again", { in: thread });
  ben.says("direct");
  await server.untilSaid("Friend: direct");

  expect(contents(server)).toEqual(["Friend: come in", "Friend: no mention", "Friend: direct"]);
});

test("a thread under a message begins with that message", async () => {
  const { server } = await connect({ persona: scripted(said) });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const cake = zoe.says("who brings the cake?", { in: ids.busy });
  const thread = zoe.startsThread("cake", { in: ids.busy, from: cake });
  ben.says(`<@${ids.bot}> you?`, { in: thread });
  const [answer] = await server.untilSaid(1);

  expect(answer?.content).toBe("Friend: who brings the cake? / Friend 2: you?");
});

test.each([
  ["all", ["plain", "mention", "reply"]],
  ["mention", ["mention", "reply"]],
  ["reply", ["reply"]],
  ["listen", ["mention", "reply"]],
  ["off", []],
] as const)("in a channel whose mode is %s it answers %j", async (mode, answered) => {
  const { server } = await connect({ settings: settingsWith({ modes: { "#gen*": mode } }) });
  const ben = server.friend("Ben");
  const earlier = server.write({ channel: ids.busy, content: "earlier words", author: ids.bot });
  for (const say of [
    () => ben.says("plain", { in: ids.busy }),
    () => ben.says(`<@${ids.bot}> mention`, { in: ids.busy }),
    () => ben.replies(earlier, "reply", { pinging: false }),
  ]) {
    const before = server.sent.length;
    say();
    ben.says(`now ${before}`);
    await server.untilSaid(`Friend: now ${before}`);
    await server.untilSaid(/./);
  }
  await eventually(() => expect(server.said({ in: ids.busy }).length).toBe(answered.length + 1));

  const words = server.said({ in: ids.busy }).map(({ content }) => content);
  expect(words.slice(1)).toEqual(answered.map((each) => `Friend: ${each}`));
});

test("where it listens it knows what was said when somebody speaks to it", async () => {
  const { server } = await connect({
    persona: scripted(said),
    settings: settingsWith({ modes: { general: "listen" } }),
  });
  server.friend("Zoe").says("who brings the cake?", { in: ids.busy });
  server.friend("Ben").says(`<@${ids.bot}> you?`, { in: ids.busy });
  const [answer] = await server.untilSaid(1);

  expect(answer?.content).toBe("Friend: who brings the cake? / Friend 2: you?");
});

test("a mode that is named more exactly counts for more, and a thread is as its channel is", async () => {
  const settings = settingsWith({
    channels: ["*"],
    modes: { "*": "off", "gen*": "mention", general: "all" },
  });
  const { server } = await connect({ settings });
  const ben = server.friend("Ben");
  ben.says("off", { in: ids.open });
  ben.says("all", { in: ids.busy });
  await server.untilSaid("Friend: all");
  ben.says("thread", { in: ben.startsThread("cake", { in: ids.busy }) });
  await server.untilSaid("Friend: thread");

  expect(server.said({ in: ids.open })).toEqual([]);
});

test("a wake word speaks to it as a whole word, whatever its case", async () => {
  const { server } = await connect({ settings: settingsWith({ wakeWords: ["ana"] }) });
  const ben = server.friend("Ben");
  ben.says("a banana is none", { in: ids.busy });
  ben.says("ok ANA, what now?", { in: ids.busy });
  await server.untilSaid(1);

  expect(contents(server)).toEqual(["Friend: ok ANA, what now?"]);
});

/** The same, for friends who write before it is said. */
async function slowly(turns: Turn[]): Promise<string[]> {
  await wait(200);
  return said(turns);
}

/** All that it heard and said. */
function said(turns: Turn[]): string[] {
  return [
    turns
      .map(({ speaker, isPersona, bubbles }) => `${speaker}: ${isPersona ? "…" : bubbles.join(" ")}`)
      .join(" / "),
  ];
}
