import { expect, onTestFinished, test, vi } from "vitest";
import { startBot } from "../../../src/serve/index.ts";
import { ids, startDiscordServer } from "../../discord-server/index.ts";
import { connect, contents, defaults, eventually, newLog } from "./connect.ts";

test("a lost connection is taken up again", async () => {
  const { server } = await connect();
  server.drop();
  await vi.waitFor(
    () => {
      server.write({ channel: ids.direct, content: "still there?" });
      expect(contents(server)).toContain("Friend: still there?");
    },
    { timeout: 60_000, interval: 300 },
  );
}, 90_000);

test.each([
  ["no token", { token: undefined }, {}, "There is no Discord token", "Reset Token"],
  ["a wrong token", { token: "wrong" }, {}, "does not accept the token", "Reset Token"],
  ["nobody there", { discordApi: "http://127.0.0.1:9/api" }, {}, "cannot be reached", "Check the network"],
])("%s: says what to do", async (_name, options, server, problem, fix) => {
  const { api, close } = await startDiscordServer(server);
  onTestFinished(close);
  const start = startBot({ ...defaults(api), ...options });

  await expect(start).rejects.toMatchObject({
    message: expect.stringContaining(problem),
    fix: expect.stringContaining(fix),
  });
});

test("without the Message Content Intent it says once what is lost, and answers direct messages, mentions and pinged replies", async () => {
  const { lines, log } = newLog();
  const server = await startDiscordServer({ hasMessageContentIntent: false });
  onTestFinished(server.close);
  const bot = await startBot({ ...defaults(server.api), log });
  onTestFinished(bot.close);
  const ben = server.friend("Ben");
  ben.says("not to be read", { in: ids.open });
  ben.says("directly");
  await server.untilSaid("Friend: directly");
  ben.says(`<@${ids.bot}> mentioned`, { in: ids.busy });
  const said = await server.untilSaid("Friend: mentioned");
  ben.replies(said.at(-1) as (typeof said)[0], "replied", { pinging: true });
  await server.untilSaid("Friend: replied");

  expect(bot.isReading).toBe(false);
  expect(contents(server)).toEqual(["Friend: directly", "Friend: mentioned", "Friend: replied"]);
  expect(lines.filter((line) => line.includes("Message Content Intent is off"))).toHaveLength(1);
  expect(lines.join("")).not.toContain("the connection failed");
});

test("where its owner switches the intent off meanwhile, it goes on without it", async () => {
  const { lines, log } = newLog();
  const { server, bot } = await connect({ log });
  expect(bot.isReading).toBe(true);
  server.setMessageContentIntent(false);
  server.gateway.drop(4014);
  await eventually(() => expect(lines.join("")).toContain("Message Content Intent is off"));
  await vi.waitFor(
    () => {
      server.friend("Ben").says("still there?");
      expect(contents(server)).toContain("Friend: still there?");
    },
    { timeout: 60_000, interval: 300 },
  );
}, 90_000);

test("a token that is revoked while the bot runs ends it with what to do", async () => {
  const { server, bot } = await connect();
  server.revokeToken();

  expect(await bot.closed).toMatchObject({
    message: "Discord does not accept the token.",
    fix: expect.stringContaining("Reset Token"),
  });
});

test("a login that nobody waits for any more ends at once", async () => {
  const server = await startDiscordServer();
  onTestFinished(server.close);
  server.fails({ on: "GET /gateway/bot", delayMs: 20_000 });
  const stopped = new AbortController();
  const start = startBot({ ...defaults(server.api), signal: stopped.signal });
  await eventually(() => expect(server.requestsTo("GET /gateway/bot").length).toBeGreaterThanOrEqual(0));
  stopped.abort();

  await expect(start).rejects.toBe(stopped.signal.reason);
});
