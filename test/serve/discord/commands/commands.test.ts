import { expect, onTestFinished, test } from "vitest";
import { Memories, startBot } from "../../../../src/serve/index.ts";
import { ids, startDiscordServer } from "../../../discord-server/index.ts";
import { answered, connect, contents, defaults, newLog, scripted, sent } from "../connect.ts";

test("/reset forgets the channel, /about says that it is an AI and which run it is", async () => {
  const { server } = await connect({ persona: scripted((turns) => [`${turns.length} turns`]) });
  server.write({ channel: ids.direct, content: "one" });
  await sent(server, 1);
  server.write({ channel: ids.direct, content: "two" });
  await sent(server, 2);
  server.command("reset", ids.direct);
  await answered(server, 1);
  server.write({ channel: ids.direct, content: "three" });
  await sent(server, 3);
  server.command("about", ids.direct);
  await answered(server, 2);

  expect(contents(server)).toEqual(["1 turns", "3 turns", "1 turns"]);
  expect(server.commands).toEqual(expect.arrayContaining(["about", "forgetme", "reset", "stats"]));
  expect(server.answers[1]).toMatch(/I am an AI that writes like Ana; I am not Ana.*run 1234/);
});

test("/about tells the owner's note and how long it remembers, and /forgetme forgets one friend's words", async () => {
  const note = { words: "in Lisbon", notedOn: new Date(2026, 10, 29).getTime(), until: null };
  const persona = { ...scripted((turns) => [`${turns.length} turns`]), note: async () => note };
  const { server } = await connect({ persona });
  server.write({ channel: ids.direct, content: "one" });
  await sent(server, 1);
  server.command("about", ids.direct);
  await answered(server, 1);
  server.command("forgetme", ids.direct);
  await answered(server, 2);
  server.command("forgetme", ids.direct);
  await answered(server, 3);

  expect(server.answers[0]).toContain("remember a channel until /reset or a restart");
  expect(server.answers[0]).toContain("Ana at the moment: in Lisbon (noted on 2026-11-29)");
  expect(server.answers[1]).toMatch(/^I have forgotten what you said to me\./);
  expect(server.answers[2]).toMatch(/^I remember nothing that you said\./);
});

test("/about counts a single day as one", async () => {
  const { server } = await connect({ memories: new Memories({ persona: "Ana", keepDays: 1 }) });
  server.command("about", ids.direct);
  await answered(server, 1);

  expect(server.answers[0]).toContain("until /reset, for 1 day at most");
});

test("a bot whose commands are refused answers all the same, and the log says so", async () => {
  const { lines, log } = newLog();
  const server = await startDiscordServer({ refusesCommands: true });
  onTestFinished(server.close);
  const bot = await startBot({ ...defaults(server.api), log });
  onTestFinished(bot.close);
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 1);

  expect(lines.join("")).toContain("Discord refused the commands");
});

test("a command whose answer takes its time says within Discord's patience that it will come", async () => {
  const persona = scripted(() => []);
  const { server } = await connect({
    persona: { ...persona, note: () => new Promise((resolve) => setTimeout(() => resolve(undefined), 3500)) },
  });
  const asked = server.friend("Ben").types("/about");

  expect(await asked.words()).toContain("I am an AI");
  expect([asked.isDeferred, asked.isEphemeral]).toEqual([true, true]);
});
