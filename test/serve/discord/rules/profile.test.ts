import { expect, onTestFinished, test } from "vitest";
import { profileText } from "../../../../src/serve/discord/rules/profile.ts";
import { sayingIn } from "../../../../src/serve/discord/words.ts";
import { startBot } from "../../../../src/serve/index.ts";
import { startDiscordServer } from "../../../discord-server/index.ts";
import { defaults } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

test.each([
  ["an empty profile says that it is an AI", "", profileText({ name: "Ana" }, sayingIn(settingsWith()))],
  ["what the owner wrote there stays", "my own words", "my own words"],
])("%s", async (_, before, after) => {
  const server = await startDiscordServer();
  onTestFinished(server.close);
  server.discord.world.aboutApplication = before;
  const bot = await startBot(defaults(server.api));
  onTestFinished(bot.close);

  expect(server.discord.world.aboutApplication).toBe(after);
  expect(after === before || after.includes("I am an AI")).toBe(true);
});
