import { expect, onTestFinished, test } from "vitest";
import { type BotOptions, keepMemories, startBot } from "../../../../src/serve/index.ts";
import { type DiscordServer, type Friend, ids, startDiscordServer } from "../../../discord-server/index.ts";
import { newWorkspace } from "../../../new-workspace.ts";
import { contents, defaults, eventually, newLog, scripted } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

const friends = "500000000000000001";
const lookUp = "GET /guilds/{guild_id}/members/{user_id}";

test("a role counts in its server, as Discord says who has it", async () => {
  const { server, ben, zoe, start } = await newServer();
  await start({ blockedRoles: [friends] });
  zoe.says("has the role", { in: ids.open });
  ben.says("has none", { in: ids.open });
  await server.untilSaid("Friend: has none");

  expect(contents(server)).toEqual(["Friend: has none"]);
  expect(server.requestsTo(lookUp)).toEqual([]);
});

test("whoever has an allowed role in its server writes directly too, and Discord is asked once for a while", async () => {
  const { server, ben, zoe, start } = await newServer();
  await start({ allowedRoles: [friends] });
  ben.says("let me in");
  server.friend("Stranger", { servers: [] }).says("me too");
  zoe.says("one");
  await server.untilSaid("Friend: one");
  zoe.says("two");
  await server.untilSaid("Friend: two");
  await eventually(() => expect(server.requestsTo(lookUp).length).toBe(3));

  expect(contents(server)).toEqual(["Friend: one", "Friend: two"]);
});

test("a blocked role shuts direct messages, other servers, and commands where the bot is no member", async () => {
  const { server, ben, zoe, start } = await newServer();
  const other = server.addServer("Others");
  const strange = server.addServer("Strangers", { isBotThere: false });
  for (const server_ of [other, strange]) server.friend("Zoe", { servers: [server_] });
  const [room, far] = [
    server.channel("persona-room", { server: other }),
    server.channel("far", { server: strange }),
  ];
  await start({ blockedRoles: [friends] });
  zoe.says("directly");
  zoe.says("in another server", { in: room });
  const answers = [
    await zoe.types("/ask message:hi", { in: far }).words(),
    await zoe.types("/reset").words(),
    await zoe.types("/reset", { in: room }).words(),
  ];
  ben.says("still there?");
  await server.untilSaid("Friend: still there?");

  expect(answers).toEqual(Array(3).fill("I may not answer you here."));
  expect(server.said().filter(({ interaction_metadata: asked }) => asked === undefined).length).toBe(1);
});

test("while Discord does not say who has a role, nobody is heard of whom that decides, and the log says why", async () => {
  const { server, zoe, start } = await newServer();
  const { lines, log } = newLog();
  await start({ allowedRoles: [friends] }, { log });
  server.fails({ on: lookUp, status: 500 });
  zoe.says("lost");
  await eventually(() => expect(lines.join("")).toContain("Discord does not say which roles somebody has"));
  server.recovers();
  zoe.says("found");
  await server.untilSaid("Friend: found");

  expect(contents(server)).toEqual(["Friend: found"]);
  expect(lines.join("")).toContain(ids.zoe);
});

test("a command is answered in time while Discord is slow to say who has a role, and the kill word waits for nobody", async () => {
  const { server, zoe, start } = await newServer();
  const settings = { allowedRoles: [friends], admins: [ids.owner], killWord: "hush" };
  const { state } = await start(settings);
  server.fails({ on: lookUp, delayMs: 5000 });
  const asked = zoe.types("/ask message:hi");
  expect(await asked.words()).toContain("which roles you have at the moment. Please try again.");
  expect(asked.isEphemeral).toBe(true);
  zoe.says("hello?");
  server.friend("Ana").says("hush", { in: ids.open });
  await eventually(() => expect(state.current.pauses.length).toBe(1));

  expect(contents(server)).toEqual([]);
});

test("what somebody with a blocked role wrote while the bot was away is not read when it begins again", async () => {
  const { server, ben, zoe, start } = await newServer();
  const { conversations: folder } = await newWorkspace();
  const kept = () => keepMemories({ persona: "Ana", folder, keepDays: 14, passedOver: () => {} });
  const before = await kept();
  const { bot } = await start({}, { memories: before });
  ben.says("one", { in: ids.open });
  await server.untilSaid("Friend: one");
  await bot.close();
  await before.close();
  zoe.says("blocked since", { in: ids.open });
  ben.says("missed", { in: ids.open });
  const memories = await kept();
  onTestFinished(() => memories.close());
  await start({ blockedRoles: [friends] }, { memories });
  await server.untilSaid("Friend: missed");

  const heard = () => memories.get(ids.open).turns.flatMap(({ bubbles }) => bubbles);
  // What was said is remembered once Discord has taken it.
  await eventually(() => expect(heard()).toEqual(["one", "Friend: one", "missed", "Friend: missed"]));
});

test("what somebody wrote before they got a blocked role is not read when somebody calls the persona after it", async () => {
  const { server, ben, zoe, start } = await newServer();
  const asked: string[] = [];
  const persona = scripted((turns) => {
    asked.push(...turns.flatMap(({ bubbles }) => bubbles));
    return ["hello"];
  });
  await start({ blockedRoles: [friends] }, { persona });
  const member = server.discord.world.guilds.get(ids.server)?.members.get(ids.zoe);
  member?.roles.splice(0);
  zoe.says("before", { in: ids.busy });
  ben.says("in between", { in: ids.busy });
  member?.roles.push(friends);
  ben.says(`<@${ids.bot}>`, { in: ids.busy });
  await server.untilSaid("hello", { in: ids.busy });

  expect(asked).toEqual(["in between"]);
});

interface FriendsServer {
  server: DiscordServer;
  ben: Friend;
  zoe: Friend;
  start(
    chosen: Parameters<typeof settingsWith>[0],
    options?: Partial<BotOptions>,
  ): Promise<{ bot: Awaited<ReturnType<typeof startBot>>; state: BotOptions["state"] }>;
}

/** A server with a role that Zoe has, and Ben has not. */
async function newServer(): Promise<FriendsServer> {
  const server = await startDiscordServer();
  onTestFinished(server.close);
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const guild = server.discord.world.guilds.get(ids.server);
  guild?.roles.set(friends, { id: friends, name: "friends", permissions: 0n });
  guild?.members.get(ids.zoe)?.roles.push(friends);
  return {
    ...{ server, ben, zoe },
    async start(chosen, options = {}) {
      const all = { ...defaults(server.api), ...options, settings: settingsWith(chosen) };
      const bot = await startBot(all);
      onTestFinished(bot.close);
      return { bot, state: all.state };
    },
  };
}
