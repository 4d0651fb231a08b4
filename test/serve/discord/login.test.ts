import { expect, onTestFinished, test, vi } from "vitest";
import { startBot } from "../../../src/serve/index.ts";
import { ids, startDiscordServer } from "../../discord-server/index.ts";
import { connect, contents, defaults } from "./connect.ts";

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
  [
    "the intent off",
    {},
    { hasMessageContentIntent: false },
    "Message Content Intent is off",
    "Privileged Gateway Intents",
  ],
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
