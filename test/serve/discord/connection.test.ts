import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Memories, startBot } from "../../../src/serve/index.ts";
import { ids, refusals, startDiscordServer } from "../../discord-server/index.ts";
import { connect, contents, defaults, eventually, newLog, scripted } from "./connect.ts";
import { settingsWith } from "./settings-with.ts";

test("a missing permission in one channel is told once, to the admins too, and again only after it was there", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({ log, settings: settingsWith({ admins: [ids.owner] }) });
  const ben = server.friend("Ben");
  server.forbid(ids.open, "SendMessages");
  for (const words of ["secret one", "secret two"]) {
    ben.says(words, { in: ids.open });
    ben.says(`direct ${words}`);
    await server.untilSaid(`Friend: direct ${words}`);
  }
  const owner = server.discord.world.directWith(ids.owner).id;
  await server.untilSaid(/may not write in/, { in: owner });

  expect(server.messages(owner)).toHaveLength(1);
  expect(lines.filter((line) => line.includes("may not write there"))).toHaveLength(1);
  expect(lines.join("")).not.toContain("secret");
});

test("of two bots with one token the one that was started earlier falls silent, and says so", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({ log, persona: scripted(() => ["the first"]) });
  // As another process of this program numbers its messages.
  const later = `p${(Date.now() + 60_000).toString(36)}.abcdef.1`;
  const { happenings, world } = server.discord;
  happenings.post(world.channel(ids.direct), {
    author: world.account(ids.bot),
    content: "the second",
    nonce: later,
  });
  server.friend("Ben").says("who is there?");
  await eventually(() => expect(lines.join("")).toContain("another process speaks with this bot's token"));
  server.friend("Ben").says("and now?", { in: ids.open });
  await eventually(() => expect(server.messages(ids.open)).toHaveLength(1));

  expect(contents(server)).not.toContain("the first");
});

test("a bot that was started later goes on where an earlier one speaks, and says so", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({ log });
  const { happenings, world } = server.discord;
  const earlier = `p${(Date.now() - 60_000).toString(36)}.abcdef.1`;
  happenings.post(world.channel(ids.direct), {
    author: world.account(ids.bot),
    content: "the first",
    nonce: earlier,
  });
  server.friend("Ben").says("who is there?");
  await server.untilSaid("Friend: who is there?");

  expect(lines.join("")).toContain("it was started earlier");
});

test("a bot that ends in the middle of a burst says no more, and remembers what it has said", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { lines, log } = newLog();
  const server = await startDiscordServer();
  onTestFinished(server.close);
  let go = () => {};
  const persona = scripted(() => []);
  const bot = await startBot({
    ...defaults(server.api),
    log,
    memories,
    persona: {
      ...persona,
      async *reply() {
        yield { type: "bubble-end", bubble: "one" };
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        yield { type: "bubble-end", bubble: "two" };
        yield { type: "reply-end", outcome: { ending: "said", bubbles: 2, candidates: [], tokens: 0 } };
      },
    },
  });
  server.fails({ on: "POST /channels/{channel_id}/messages", delayMs: 300 });
  server.friend("Ben").says("hi");
  await eventually(() => expect(server.requestsTo("POST /channels/{channel_id}/typing").length).toBe(1));
  await server.untilSaid("one");
  await bot.close();
  go();

  expect(server.connections).toBe(0);
  expect(contents(server)).toEqual(["one"]);
  expect(memories.get(ids.direct).turns.map(({ bubbles }) => bubbles)).toEqual([["hi"], ["one"]]);
  expect(lines.join("")).not.toContain('"level":50');
  expect(lines.join("")).not.toContain("connection lost");
});

test("a refused emoji has it answer in words whoever is alone with it, and stay silent in a group", async () => {
  const { lines, log } = newLog();
  const silence = {
    about: "reacts",
    decide: async () => ({ type: "react" as const, emoji: "🦤" }),
  };
  const { manners } = defaults("");
  const { server } = await connect({ log, manners: () => ({ ...manners(), silence }) });
  server.fails({
    on: "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
    refusal: refusals.unknownEmoji(),
  });
  server.friend("Ben").says("in a group", { in: ids.open });
  await eventually(() => expect(lines.join("")).toContain("Discord refused a reaction"));
  server.friend("Ben").says("alone");
  await server.untilSaid("Friend: alone");

  expect(contents(server)).toEqual(["Friend: alone"]);
});

test("a persona that gives up because it is interrupted has not failed", async () => {
  const { lines, log } = newLog();
  const persona = scripted(() => []);
  const { server } = await connect({
    log,
    persona: {
      ...persona,
      async *reply({ turns }, { signal } = {}) {
        if (turns.at(-1)?.bubbles.length === 1) {
          await new Promise((_, reject) =>
            signal?.addEventListener("abort", () => reject(new DOMException("gave up", "AbortError"))),
          );
        }
        yield { type: "bubble-end", bubble: "both" };
        yield { type: "reply-end", outcome: { ending: "said", bubbles: 1, candidates: [], tokens: 0 } };
      },
    },
  });
  const ben = server.friend("Ben");
  ben.says("one");
  await eventually(() => expect(server.typed.length).toBe(1));
  ben.says("two");
  await server.untilSaid("both");

  expect(lines.join("")).not.toContain('"level":50');
});

test("while Discord is away, the bot ends as soon as it is told to", async () => {
  const { server, bot } = await connect();
  const port = Number(new URL(server.api).port);
  await server.close();
  let tries = 0;
  const away = createServer((socket) => {
    tries++;
    socket.destroy();
  }).listen(port, "127.0.0.1");
  onTestFinished(() => void away.close());
  await eventually(() => expect(tries).toBeGreaterThan(3));
  await bot.close();
  const triedBefore = tries;
  await new Promise((resolve) => setTimeout(resolve, 1500));

  expect(tries).toBe(triedBefore);
});

test("while Discord is away, the log says once that the connection is lost, however often it is tried", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({ log });
  const port = Number(new URL(server.api).port);
  await server.close();
  let tries = 0;
  const away = createServer((socket) => {
    tries++;
    socket.destroy();
  }).listen(port, "127.0.0.1");
  onTestFinished(() => void away.close());
  await eventually(() => expect(tries).toBeGreaterThan(3));

  expect(lines.filter((line) => line.includes("connection lost"))).toHaveLength(1);
});
