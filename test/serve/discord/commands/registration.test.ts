import { expect, test } from "vitest";
import { startBot } from "../../../../src/serve/index.ts";
import { connect, defaults } from "../connect.ts";

test("commands are registered when they changed, and only then", async () => {
  const { server, bot } = await connect();
  const registered = server.commands.length;
  expect(registered).toBeGreaterThan(10);
  await bot.close();
  const second = await startBot(defaults(server.api));
  await second.close();
  expect(server.commands.length).toBe(registered);

  const about = [...server.discord.world.commands.values()].find(({ name }) => name === "about");
  if (about === undefined) throw new Error("It was registered.");
  about.description = "What an earlier version said";
  const third = await startBot(defaults(server.api));
  await third.close();
  expect(server.commands.length).toBe(2 * registered);
});
