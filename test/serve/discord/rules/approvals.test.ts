import type { APIMessage } from "discord.js";
import { expect, test } from "vitest";
import { type DiscordServer, ids, Refusal } from "../../../discord-server/index.ts";
import { connect, contents, eventually, newLog, scripted } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

const settings = settingsWith({ approve: true, admins: [ids.owner] });

test("a draft is shown to an admin with what it answers, and sent when they say so", async () => {
  const { server, owner, zoe } = await approving();
  zoe.says("who is in?", { in: ids.open });
  const card = await cardFor(server, owner.direct);
  expect(card.content).toBe(
    `<@${ids.zoe}> wrote in <#${ids.open}>:\n> who is in?\nI would say:\n> Friend: who is in?`,
  );
  expect(server.typed).toEqual([]);
  expect(await owner.clicks(card, "Send").words()).toBe("It is being sent.");
  await server.untilSaid("Friend: who is in?", { in: ids.open });
  await eventually(() => expect(cards(server, owner.direct)[0]?.content).toContain("-# sent as it was"));
  expect(cards(server, owner.direct)[0]?.components).toEqual([]);
});

test("a draft that an admin drops is never said, and the log knows no word of it", async () => {
  const { lines, log } = newLog();
  const { server, owner, zoe } = await approving({ log });
  zoe.says("top secret", { in: ids.open });
  owner.clicks(await cardFor(server, owner.direct), "Drop");
  await eventually(() => expect(lines.join("")).toContain("a draft was dropped"));

  expect(server.said({ in: ids.open })).toEqual([]);
  expect(lines.join("")).not.toContain("secret");
});

test("what an admin makes of a draft is said in its place, a line a message, and remembered so", async () => {
  const { server, owner, zoe } = await approving();
  zoe.says("hi", { in: ids.open });
  const edited = await owner.submits(owner.clicks(await cardFor(server, owner.direct), "Edit"), {
    "What I say": "one\n\n two ",
  });
  expect(await edited.words()).toBe("It is being sent.");
  await server.untilSaid(/two/, { in: ids.open });
});

test("an admin who puts a link into a draft is told that it is never sent, and can send another text", async () => {
  const { server, owner, zoe } = await approving();
  zoe.says("hi", { in: ids.open });
  const card = await cardFor(server, owner.direct);
  const edited = await owner.submits(owner.clicks(card, "Edit"), {
    "What I say": "see\nhttps://example.com",
  });
  expect(await edited.words()).toContain("never send any. The draft still waits.");
  owner.clicks(card, "Send");
  await server.untilSaid("Friend: hi", { in: ids.open });
});

test("who writes more before an admin has decided gets an answer to all, and the first draft is withdrawn", async () => {
  const { server, owner, zoe } = await approving();
  zoe.says("one", { in: ids.open });
  const first = await cardFor(server, owner.direct);
  zoe.says("two", { in: ids.open });
  await eventually(() => expect(cards(server, owner.direct).length).toBe(2));
  await eventually(() => expect(cards(server, owner.direct)[0]?.content).toContain("not needed any more"));
  const second = cards(server, owner.direct)[1];
  if (second !== undefined) owner.clicks(second, "Send");
  await server.untilSaid("Friend: two", { in: ids.open });

  expect(await owner.clicks(first, "Send").words()).toContain("not waiting any more");
});

test("nobody but an admin decides, also where everybody sees the drafts", async () => {
  const { server, owner, zoe } = await approving({
    settings: settingsWith({ approve: true, admins: [ids.owner], approvalChannel: ids.busy }),
  });
  zoe.says("hi", { in: ids.open });
  const card = await cardFor(server, ids.busy);
  expect(await zoe.clicks(card, "Send").words()).toBe("Only my owner can do that.");
  expect(server.said({ in: ids.open })).toEqual([]);
  owner.clicks(card, "Send");
  await server.untilSaid("Friend: hi", { in: ids.open });
});

test("a draft whose buttons are pressed in the same moment is decided once, and a form of somebody else's decides nothing", async () => {
  const { server, owner, zoe } = await approving();
  zoe.says("hi", { in: ids.open });
  const card = await cardFor(server, owner.direct);
  const form = owner.clicks(card, "Edit");
  const foreign = await zoe.submits(form, { "What I say": "I am Zoe" });
  expect(await foreign.words()).toBe("Only my owner can do that.");
  const pressed = [owner.clicks(card, "Send"), owner.clicks(card, "Send"), owner.clicks(card, "Drop")];
  const [first, ...others] = await Promise.all(pressed.map((each) => each.words()));
  await server.untilSaid("Friend: hi", { in: ids.open });
  const late = await owner.submits(form, { "What I say": "too late" });

  expect(first).toBe("It is being sent.");
  for (const other of [...others, await late.words()]) expect(other).toContain("not waiting any more");
  expect(server.said({ in: ids.open }).map(({ content }) => content)).toEqual(["Friend: hi"]);
});

test("a draft is sent also where Discord takes no answer to the button any more", async () => {
  const { lines, log } = newLog();
  const { server, owner, zoe } = await approving({ log });
  zoe.says("secret", { in: ids.open });
  const card = await cardFor(server, owner.direct);
  server.fails({
    on: "POST /interactions/{interaction_id}/{interaction_token}/callback",
    refusal: new Refusal(404, 10_062, "Unknown interaction"),
    times: 1,
  });
  owner.clicks(card, "Send");
  await server.untilSaid("Friend: secret", { in: ids.open });
  await eventually(() => expect(lines.join("")).toContain("DiscordAPIError[10062]"));
  zoe.says("more", { in: ids.open });
  await eventually(() => expect(cards(server, owner.direct).length).toBe(2));

  expect(lines.join("")).not.toContain("secret");
});

test("a draft that nobody can be shown is not said, and the log says why", async () => {
  const { lines, log } = newLog();
  const { server, zoe } = await approving({
    log,
    settings: settingsWith({ approve: true, admins: [ids.owner], approvalChannel: "999999999999999999" }),
  });
  zoe.says("hi", { in: ids.open });
  await eventually(() => expect(lines.join("")).toContain("a draft was dropped: nobody could be shown it"));

  expect(server.sent).toEqual([]);
});

test("a bot that ends says on every card that the draft is dropped, and knows it no more afterwards", async () => {
  const { server, bot, owner, zoe } = await approving();
  zoe.says("hi", { in: ids.open });
  await cardFor(server, owner.direct);
  await bot.close();
  expect(cards(server, owner.direct)[0]?.content).toContain("dropped: the bot ended");
});

test("long words and thousands of lines fit onto a card", async () => {
  const { server, owner, zoe } = await approving({ persona: scripted(() => ["🦜".repeat(900)]) });
  zoe.says("\n.".repeat(990), { in: ids.open });
  const card = await cardFor(server, owner.direct);
  expect(card.content.length).toBeLessThan(1900);
  owner.clicks(card, "Send");
  await server.untilSaid(/🦜/, { in: ids.open });
});

test("what is said to an admin in private needs nobody's consent", async () => {
  const { server, owner } = await approving();
  owner.says("hi");
  await eventually(() => expect(contents(server)).toEqual(["Friend: hi"]));
});

async function approving(options: Parameters<typeof connect>[0] = {}) {
  const connected = await connect({ settings, ...options });
  const { server } = connected;
  return { ...connected, owner: server.friend("Ana"), zoe: server.friend("Zoe") };
}

function cards(server: DiscordServer, channel: string): APIMessage[] {
  return server.messages(channel).filter(({ author }) => author.id === ids.bot);
}

async function cardFor(server: DiscordServer, channel: string): Promise<APIMessage> {
  await eventually(() => expect(cards(server, channel).length).toBeGreaterThan(0));
  // As it is now: whoever looks at it may not see yet what becomes of it.
  return structuredClone(cards(server, channel)[0] as APIMessage);
}
