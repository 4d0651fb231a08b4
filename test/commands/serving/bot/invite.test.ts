import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { describeApplication } from "../../../../src/commands/doctor/checks.ts";
import { readApplication } from "../../../../src/serve/index.ts";
import { goodToken, ids, startDiscordServer } from "../../../discord-server/index.ts";
import { runInProcess } from "../../in-process.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("--invite prints both links for the token's application, what they ask for, and what is switched on", async () => {
  const server = await startDiscordServer();
  onTestFinished(server.close);
  vi.stubEnv("DISCORD_TOKEN", goodToken);
  const { exitCode, stderr } = await runInProcess(["bot", "--invite", "--discord-api", server.api]);

  expect(exitCode).toBe(0);
  expect(stderr).toContain(
    `https://discord.com/oauth2/authorize?client_id=${ids.bot}&scope=bot+applications.commands&permissions=274877975616&integration_type=0`,
  );
  expect(stderr).toContain(
    `https://discord.com/oauth2/authorize?client_id=${ids.bot}&scope=applications.commands&integration_type=1`,
  );
  expect(stderr).toContain(
    "View Channels, Send Messages, Send Messages in Threads, Read Message History, Add Reactions, and for nothing else",
  );
  expect(stderr).toContain("Its Message Content Intent is on.");
  expect(stderr).toContain("Public Bot");
});

test("where the intent is off, --invite says where it is switched on", async () => {
  const server = await startDiscordServer({ hasMessageContentIntent: false });
  onTestFinished(server.close);
  vi.stubEnv("DISCORD_TOKEN", goodToken);
  const { stderr } = await runInProcess(["bot", "--invite", "--discord-api", server.api]);

  expect(stderr).toContain(
    `https://discord.com/developers/applications/${ids.bot}/bot → Privileged Gateway Intents`,
  );
});

test("--application-id prints them without a token, for scripts too", async () => {
  vi.stubEnv("DISCORD_TOKEN", "");
  const { stdout } = await runInProcess(["--json", "bot", "--application-id", ids.bot]);
  expect(JSON.parse(stdout)).toMatchObject({
    applicationId: ids.bot,
    toServer: expect.stringContaining("integration_type=0"),
    toAccount: expect.stringContaining("integration_type=1"),
  });
});

test.each([
  ["no token", "", [], 1, "Or give --application-id"],
  ["a wrong token", "wrong", [], 1, "does not accept the token"],
  ["an id that is none", "", ["--application-id", "ana"], 2, "takes an id of 17 to 20 digits, not ana"],
])("--invite with %s says what to do", async (_, token, words, code, problem) => {
  const server = await startDiscordServer();
  onTestFinished(server.close);
  vi.stubEnv("DISCORD_TOKEN", token);
  const { exitCode, stderr } = await runInProcess(["bot", "--invite", "--discord-api", server.api, ...words]);

  expect(exitCode).toBe(code);
  expect(stderr).toContain(problem);
});

test("persona doctor tells how far a token reaches and what it may read", async () => {
  const server = await startDiscordServer();
  onTestFinished(server.close);
  const application = await readApplication(goodToken, server.api);

  expect(application && describeApplication(application)).toBe(
    "belongs to ana-bot; in 1 server, added to 0 accounts; reads all messages where it is (Discord reviews that from 10,000 people on)",
  );
  expect(await readApplication(goodToken, "http://127.0.0.1:9/api")).toBeUndefined();
});
