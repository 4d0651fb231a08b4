import { PermissionFlagsBits } from "discord.js";
import { expect, test } from "vitest";
import { ids, refusals, startDiscordServer } from "./index.ts";
import { connectClient } from "./real-client.ts";

const send = "POST /channels/{channel_id}/messages";

async function connectToChannel() {
  const { server, client } = await connectClient();
  const channel = await client.channels.fetch(ids.busy);
  if (channel === null || !channel.isSendable()) throw new Error("no channel");
  return { server, client, channel };
}

test("what Discord's description does not allow is refused, and closing tells it", async () => {
  const server = await startDiscordServer();
  const response = await fetch(`${server.api}/v10/channels/${ids.busy}/messages?wait=true`, {
    method: "POST",
    headers: { authorization: `Bot ${server.discord.settings.token}`, "content-type": "application/json" },
    body: JSON.stringify({ content: "hi", colour: "red", embeds: [{ title: 1 }] }),
  });

  expect(await response.json()).toMatchObject({ code: 50035 });
  expect(server.violations.map(({ problem }) => problem).toSorted()).toEqual([
    'body: Unrecognized key: "colour"',
    "embeds.0.title: Invalid input: expected string, received number",
    "query: no parameter is called wait",
  ]);
  await expect(server.close()).rejects.toThrow("colour");
});

test("what the stand-in itself says wrongly is told too", async () => {
  const { server, channel } = await connectToChannel();
  server.discord.world.account(ids.bot).avatar = 5 as never;
  await channel.send("hi");

  expect(server.violations).toContainEqual({
    where: send,
    side: "response",
    problem: expect.stringContaining("author.avatar"),
  });
  server.violations.length = 0;
});

test("a path that Discord does not have is told", async () => {
  const server = await startDiscordServer();
  await fetch(`${server.api}/v10/channels/1/whispers`, { method: "POST" });

  await expect(server.close()).rejects.toThrow("Discord has no such operation");
});

test.each([
  ["nothing", "\u200b"],
  ["blank letters", "\u2800"],
])("a message of %s is empty", async (_, content) => {
  const { channel } = await connectToChannel();

  await expect(channel.send(content)).rejects.toMatchObject({ code: 50006 });
});

test("too much, what AutoMod blocks and what is not permitted is refused by its own code", async () => {
  const { server, channel } = await connectToChannel();
  server.block(ids.busy, /swear/);
  await expect(channel.send("x".repeat(2001))).rejects.toMatchObject({ code: 50035 });
  await expect(channel.send("I swear")).rejects.toMatchObject({ code: 200000 });
  server.forbid(ids.busy, "SendMessages");
  await expect(channel.send("hi")).rejects.toMatchObject({ code: 50013 });
  server.forbid(ids.busy, "ViewChannel");
  await expect(channel.send("hi")).rejects.toMatchObject({ code: 50001 });

  expect(server.sent).toEqual([]);
});

test("what the bot may do in a channel is told to it", async () => {
  const { server, client, channel } = await connectToChannel();
  const allowed = () =>
    "permissionsFor" in channel && channel.permissionsFor(client.user)?.has(PermissionFlagsBits.AddReactions);
  expect(allowed()).toBe(true);
  const told = new Promise((resolve) => client.once("channelUpdate", resolve));
  server.forbid(ids.busy, "AddReactions");
  await told;

  expect(allowed()).toBe(false);
});

test("a bucket that is used up is waited for, and so is the limit of all requests", async () => {
  const { server, client, channel } = await connectToChannel();
  server.limits({ requests: 2, windowMs: 1000 }, send);
  const words = ["1", "2", "3", "4", "5"];
  await Promise.all(words.map((content) => channel.send(content)));
  expect(server.sent.map(({ content }) => content)).toEqual(words);
  server.limits({ requests: 1, windowMs: 1000 });
  await Promise.all([
    client.users.fetch(ids.ben, { force: true }),
    client.users.fetch(ids.zoe, { force: true }),
  ]);

  expect(server.discord.rateLimits.refused).toBeGreaterThan(0);
});

test("an answer that is lost is asked for again, and the message stands there once", async () => {
  const { server, channel } = await connectToChannel();
  server.fails({ on: send, status: 502, times: 2 });
  server.fails({ on: send, breaks: "after", resets: true, times: 1 });
  await channel.send({ content: "once", nonce: "7", enforceNonce: true });

  expect(server.messages(ids.busy).map(({ content }) => content)).toEqual(["once"]);
  expect(server.requestsTo(send)).toHaveLength(4);
});

test("a request can be refused, where and as often as a test says", async () => {
  const { server, channel } = await connectToChannel();
  server.fails({
    on: send,
    where: ({ body }) => body.content === "no",
    refusal: refusals.noDirectMessages(),
  });
  await expect(channel.send("no")).rejects.toMatchObject({ code: 50007 });
  await channel.send("yes");
  server.recovers();
  await channel.send("no");

  expect(server.sent.map(({ content }) => content)).toEqual(["yes", "no"]);
});

test("a token that was reset is good for nothing", async () => {
  const { server, channel } = await connectToChannel();
  server.revokeToken();

  await expect(channel.send("hi")).rejects.toMatchObject({ status: 401 });
});
