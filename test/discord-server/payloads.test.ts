import { Events } from "discord.js";
import { expect, test } from "vitest";
import { checkNamed } from "./description/index.ts";
import { ids } from "./index.ts";
import { channelPayload, guildBasics, guildPayload } from "./payloads.ts";
import { connectClient } from "./real-client.ts";

test("what the gateway tells of servers, channels, people and roles is what the description has", async () => {
  const { server } = await connectClient();
  const { world } = server.discord;
  const ben = server.friend("Ben");
  server.group(ben, server.friend("Zoe"));
  server.forbid(ids.busy, "AddReactions");
  ben.startsThread("talk", { in: ids.busy });
  const guild = world.guilds.get(ids.server);
  if (guild === undefined) throw new Error("no server");
  const { channels, threads, members, roles } = guildPayload(world, guild);
  const others = [...world.channels.values()].filter(({ guildId }) => guildId === undefined);
  const told: [string, object][] = [
    ...channels.map((each) => ["GuildChannelResponse", each] as [string, object]),
    ...threads.map((each) => ["ThreadResponse", each] as [string, object]),
    ...members.map((each) => ["GuildMemberResponse", each] as [string, object]),
    ...roles.map((each) => ["GuildRoleResponse", each] as [string, object]),
    ["GuildWithCountsResponse", guildBasics(guild)],
    ...others.map((each): [string, object] => [
      each.type === 3 ? "PrivateGroupChannelResponse" : "PrivateChannelResponse",
      channelPayload(world, each),
    ]),
  ];

  expect(told.flatMap(([type, value]) => checkNamed(type, type, value))).toEqual([]);
  expect(told.length).toBeGreaterThan(10);
});

test("members may be asked for once in half a minute", async () => {
  const { client } = await connectClient();
  const guild = client.guilds.cache.get(ids.server);
  const limited = new Promise((resolve) => client.ws.on("RATE_LIMITED" as never, resolve));
  await guild?.members.fetch();
  void guild?.members.fetch({ time: 500 }).catch(() => {});

  expect(await limited).toMatchObject({ opcode: 8, meta: { guild_id: ids.server } });
  expect(client.listenerCount(Events.Error)).toBe(0);
});
