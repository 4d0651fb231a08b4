import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { ids } from "../../../discord-server/index.ts";

import { connect, eventually, newLog } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";
import { sourceOf, voiceOf } from "./voices-with.ts";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("a guest speaks by one webhook that is used again, under their own name, and is answered as the persona is", async () => {
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe", "Cy Discord") });
  const friend = server.friend("Ben");
  await friend.types("/persona use name:Zoe", { in: ids.open }).words();
  const first = friend.says("one", { in: ids.open });
  await server.untilSaid("Zoe (1): one", { in: ids.open });
  await friend.types("/persona use name:Cy Discord", { in: ids.busy }).words();
  friend.says(`<@${ids.bot}> two`, { in: ids.busy });
  await server.untilSaid(/^Cy Discord \(1\)/, { in: ids.busy });
  friend.says("three", { in: ids.open });
  await server.untilSaid("Zoe (3): three", { in: ids.open });

  const said = server
    .said()
    .filter(({ webhook_id, interaction_metadata }) => webhook_id && !interaction_metadata);
  expect(said.map(({ author }) => author.username)).toEqual(["Zoe", "Cy D·iscord", "Zoe"]);
  expect(server.requestsTo("POST /channels/{channel_id}/webhooks")).toHaveLength(2);
  expect(first.author.id).toBe(friend.id);
});

test("whoever replies to a guest is answered without a mention, and a guest's own words never are", async () => {
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe") });
  const friend = server.friend("Ben");
  await friend.types("/persona use name:Zoe", { in: ids.busy }).words();
  friend.says(`<@${ids.bot}> one`, { in: ids.busy });
  await server.untilSaid(/^Zoe \(1\)/, { in: ids.busy });
  const guest = server.said({ in: ids.busy }).findLast(({ author }) => author.username === "Zoe");
  if (guest === undefined) throw new Error("Zoe has spoken.");
  friend.replies(guest, "two", { pinging: false });

  await server.untilSaid("Zoe (3): two", { in: ids.busy });
});

test("/regenerate takes back what a webhook has said", async () => {
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe") });
  const friend = server.friend("Ben");
  await friend.types("/persona use name:Zoe", { in: ids.open }).words();
  friend.says("one", { in: ids.open });
  const [taken] = (await server.untilSaid("Zoe (1): one", { in: ids.open })).slice(-1);
  // What it has said is remembered a moment after it is there.
  await vi.waitFor(async () => {
    const answer = await friend.types("/regenerate", { in: ids.open }).words();
    expect(answer).toBe("Another one is coming.");
  });

  await eventually(() => expect(server.messages(ids.open).map(({ id }) => id)).not.toContain(taken?.id));
});

test("where the bot may make no webhooks its own account speaks, and the log says so once", async () => {
  const { log, lines } = newLog();
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe"), log });
  server.forbid(ids.open, "ManageWebhooks");
  const friend = server.friend("Ben");
  await friend.types("/persona use name:Zoe", { in: ids.open }).words();
  friend.says("one", { in: ids.open });
  await server.untilSaid("Zoe (1): one", { in: ids.open });
  friend.says("two", { in: ids.open });
  const said = await server.untilSaid("Zoe (3): two", { in: ids.open });

  expect(said.at(-1)?.author.id).toBe(ids.bot);
  expect(lines.filter((line) => line.includes("for want of a webhook"))).toHaveLength(1);
});

test("a channel that is full of webhooks of others has the bot's account speak", async () => {
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe") });
  for (let number = 0; number < 15; number++)
    server.discord.world.webhooks.set(`50${number}`, {
      id: `50${number}`,
      token: "another",
      name: "persona",
      avatar: null,
      channelId: ids.open,
      guildId: ids.server,
      ownerId: ids.otherBot,
    });
  const friend = server.friend("Ben");
  await friend.types("/persona use name:Zoe", { in: ids.open }).words();
  friend.says("one", { in: ids.open });
  const said = await server.untilSaid("Zoe (1): one", { in: ids.open });

  expect(said.at(-1)?.author.id).toBe(ids.bot);
});

test("a picture of one's own is a webhook's, and one that somebody removed is made anew", async () => {
  const avatar = path.join(await mkdtemp(path.join(tmpdir(), "persona looks ")), "zoe.png");
  await writeFile(avatar, png);
  const settings = settingsWith({ avatars: { Zoe: avatar } });
  const { server } = await connect({ ...voiceOf("Ana"), voices: sourceOf("Zoe"), settings });
  const friend = server.friend("Ben");
  await friend.types("/persona use name:Zoe", { in: ids.open }).words();
  friend.says("one", { in: ids.open });
  await server.untilSaid("Zoe (1): one", { in: ids.open });
  const [webhook] = server.discord.world.webhooks.values();
  expect(webhook).toMatchObject({ name: "persona Zoe", avatar: expect.stringMatching(/^\w{32}$/) });
  server.discord.world.webhooks.clear();
  friend.says("two", { in: ids.open });

  const said = await server.untilSaid("Zoe (3): two", { in: ids.open });
  expect(said.at(-1)?.author.username).toBe("Zoe");
});
