import { Events, type Message } from "discord.js";
import { expect, test } from "vitest";
import { ids } from "./index.ts";
import { connectClient, next } from "./real-client.ts";

test("a webhook speaks under any name, edits and takes back; a channel has fifteen", async () => {
  const { server, client } = await connectClient();
  const channel = await client.channels.fetch(ids.busy);
  if (channel === null || !("createWebhook" in channel)) throw new Error("no channel for webhooks");
  const webhook = await channel.createWebhook({ name: "Personas" });
  const heard = await next<Message>(client, Events.MessageCreate, () =>
    webhook.send({ content: "hi", username: "Ben" }),
  );
  await webhook.editMessage(heard.id, "hello");
  expect(heard.webhookId).toBe(webhook.id);
  expect(server.said({ in: ids.busy })).toMatchObject([{ content: "hello", author: { username: "Ben" } }]);
  await webhook.deleteMessage(heard.id);
  expect(server.messages(ids.busy)).toEqual([]);

  const more = Array.from({ length: 14 }, (_, index) => channel.createWebhook({ name: `${index}` }));
  await Promise.all(more);
  await expect(channel.createWebhook({ name: "one more" })).rejects.toMatchObject({ code: 30007 });
  expect((await channel.fetchWebhooks()).size).toBe(15);
});

test("the bot has a face of its own in each server", async () => {
  const { server, client } = await connectClient();
  const elsewhere = server.addServer("Elsewhere");
  await expect.poll(() => client.guilds.cache.size).toBe(2);
  const guild = client.guilds.cache.get(elsewhere);
  const picture = `data:image/png;base64,${Buffer.from("png").toString("base64")}`;
  await guild?.members.editMe({ nick: "Ana", avatar: picture, bio: "An AI" });

  const { guilds } = server.discord.world;
  expect(guilds.get(elsewhere)?.members.get(ids.bot)).toMatchObject({ nick: "Ana", bio: "An AI" });
  expect(guilds.get(ids.server)?.members.get(ids.bot)?.nick).toBeNull();
  await expect.poll(() => guild?.members.me?.displayName).toBe("Ana");
});
