import { expect, test } from "vitest";
import { ids } from "../../../discord-server/index.ts";
import { connect, contents, sent } from "../connect.ts";
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
