import { expect, test } from "vitest";
import { isLetIn, type Occasion } from "../../../../src/serve/discord/rules/access.ts";
import { ids } from "../../../discord-server/index.ts";
import { answered, connect, contents, eventually, sent } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

const friends = "500000000000000001";

test("only allowed people are answered, and whoever has an allowed role", () => {
  const settings = { allowedUsers: [ids.zoe], allowedRoles: [friends] };
  expect(isIn({ userId: ids.zoe }, settings)).toBe(true);
  expect(isIn({ userId: ids.ben }, settings)).toBe(false);
  expect(isIn({ userId: ids.ben, roleIds: [friends] }, settings)).toBe(true);
  expect(isIn({ userId: ids.ben, roleIds: [friends], isDirect: true, places: [] }, settings)).toBe(true);
  expect(isIn({ userId: ids.ben, isDirect: true, places: [] }, settings)).toBe(false);
});

test("whose roles are not known has each that is blocked, and none that is allowed", () => {
  const unknown = { areRolesKnown: false };
  expect(isIn(unknown)).toBe(true);
  expect(isIn(unknown, { blockedRoles: [friends] })).toBe(false);
  expect(isIn(unknown, { allowedRoles: [friends] })).toBe(false);
  expect(isIn(unknown, { allowedRoles: [friends], allowedUsers: [ids.ben] })).toBe(true);
});

test("a block counts for more than permission, by person, role and channel", () => {
  const allowed = { allowedUsers: [ids.ben], allowedChannels: ["gen*"] };
  expect(isIn({}, allowed)).toBe(true);
  expect(isIn({}, { ...allowed, blockedUsers: [ids.ben] })).toBe(false);
  expect(isIn({ roleIds: [friends] }, { ...allowed, blockedRoles: [friends] })).toBe(false);
  expect(isIn({}, { ...allowed, blockedChannels: ["#general"] })).toBe(false);
});

test("empty lists let everybody in", () => {
  expect(isIn({})).toBe(true);
  expect(isIn({ isDirect: true, places: [] })).toBe(true);
});

test("a thread is as its channel is, by name and by id", () => {
  const thread = { places: [{ id: "600000000000000001", name: "plans" }, general] };
  expect(isIn(thread, { blockedChannels: [ids.busy] })).toBe(false);
  expect(isIn(thread, { allowedChannels: ["general"] })).toBe(true);
  expect(isIn(thread, { allowedChannels: ["persona-*"] })).toBe(false);
});

test("a channel that is called like the id of another is not taken for that", () => {
  const pretender = { places: [{ id: "600000000000000001", name: ids.busy }] };
  expect(isIn(pretender, { allowedChannels: [ids.busy] })).toBe(false);
  expect(isIn({}, { allowedChannels: [ids.busy] })).toBe(true);
});

test("direct messages that are switched off are the admins' alone, and their block is passed over", async () => {
  const settings = settingsWith({ directMessages: false, admins: [ids.zoe], blockedUsers: [ids.zoe] });
  const { server } = await connect({ settings });
  server.write({ channel: ids.direct, content: "from a friend" });
  server.write({ channel: ids.open, content: "in a server" });
  server.write({ channel: ids.direct, content: "from an admin", author: ids.zoe });
  await sent(server, 2);

  expect(contents(server).toSorted()).toEqual(["Friend: from an admin", "Friend: in a server"]);
});

test("who is blocked is not heard, and no command of theirs is obeyed but those that are everybody's right", async () => {
  const { server } = await connect({ settings: settingsWith({ blockedUsers: [ids.ben] }) });
  server.write({ channel: ids.open, content: "blocked" });
  server.write({ channel: ids.open, content: "a friend", author: ids.zoe });
  await sent(server, 1);
  server.command("reset", ids.direct);
  await answered(server, 1);
  server.command("forgetme", ids.direct);
  await answered(server, 2);

  expect(contents(server)).toEqual(["Friend: a friend"]);
  expect(server.answers).toEqual([
    "I may not answer you here.",
    expect.stringContaining("I remember nothing that you said."),
  ]);
});

test("who changes the lists need not start the bot again", async () => {
  let settings = settingsWith();
  const { server } = await connect({ settings: () => settings() });
  server.write({ channel: ids.direct, content: "one" });
  await sent(server, 1);
  settings = settingsWith({ blockedUsers: [ids.ben] });
  server.write({ channel: ids.direct, content: "two" });
  server.write({ channel: ids.open, content: "three", author: ids.zoe });
  await eventually(() => expect(contents(server)).toEqual(["Friend: one", "Friend: three"]));
});

const general = { id: ids.busy, name: "general" };

function isIn(occasion: Partial<Occasion>, chosen: Parameters<typeof settingsWith>[0] = {}): boolean {
  const usual: Occasion = {
    userId: ids.ben,
    roleIds: [],
    areRolesKnown: true,
    serverWithRoles: ids.server,
    isDirect: false,
    places: [general],
    channelIds: [ids.busy],
    serverId: ids.server,
    isMember: true,
  };
  return isLetIn({ ...usual, ...occasion }, settingsWith(chosen)());
}

test("without admins in persona.json, whoever owns the application on Discord is one", async () => {
  const { server } = await connect();
  expect(await server.friend("Ben").types("/drafts").words()).toBe("Only my owner can do that.");
  expect(await server.friend("Ana").types("/drafts").words()).toContain("without asking you first");
});

test("of a storm of /ask from a server that the owner never saw, few are answered, and friends as before", async () => {
  const { server } = await connect({ settings: settingsWith({ elsewhere: 2 }) });
  const strange = server.addServer("Strangers", { isBotThere: false });
  const room = server.channel("room", { server: strange });
  const strangers = ["One", "Two", "Three", "Four"].map((name) =>
    server.friend(name, { servers: [strange] }),
  );
  const answers = [];
  for (const stranger of strangers)
    answers.push(await stranger.types("/ask message:hi", { in: room }).words());
  server.friend("Ben").says("still there?");
  await server.untilSaid("Friend: still there?");

  expect(answers.filter((answer) => answer.endsWith("Friend: hi")).length).toBe(2);
  expect(answers.slice(2)).toEqual(Array(2).fill("That is more than I can answer. Give me a few minutes."));
});
