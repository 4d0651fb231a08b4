import { expect, test } from "vitest";
import { Memories, StateFile } from "../../../../src/serve/index.ts";
import { ids } from "../../../discord-server/index.ts";
import { connect, eventually, newLog, scripted } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

test("/ask answers in a group where the bot is no member, by five messages at most, and keeps nothing", async () => {
  const forgotten: string[] = [];
  const memories = new Memories({ persona: "Ana" });
  const bubbles = ["one", "two", "three", "four", "five", "six @everyone"];
  const persona = { ...scripted(() => bubbles), forget: (id: string) => void forgotten.push(id) };
  const { server } = await connect({ persona, memories });
  const [ben, zoe] = [server.friend("Ben", { servers: [] }), server.friend("Zoe", { servers: [] })];
  const group = server.group(ben, zoe);
  const asked = ben.types("/ask message:how_are_you", { in: group });
  const followUps = await asked.followedUp(4);

  expect(await asked.words()).toBe("> how\\_are\\_you\none");
  expect(asked.isDeferred).toBe(true);
  expect(asked.isEphemeral).toBe(false);
  expect(followUps.map(({ content }) => content)).toEqual(["two", "three", "four", "five\nsix @everyone"]);
  expect(followUps.every(({ mention_everyone }) => !mention_everyone)).toBe(true);
  expect(memories.get(group).turns).toEqual([]);
  expect(forgotten).toEqual([`asked by ${asked.interaction.id}`]);
});

test("/ask says so where the persona has nothing to say, and who asks is known by name", async () => {
  const persona = scripted(([turn]) => (turn?.speaker === "Ben Ito" ? [] : ["who are you?"]));
  const { server } = await connect({ persona, friendOf: (id) => (id === ids.ben ? "Ben Ito" : undefined) });

  expect(await server.friend("Ben").types("/ask message:hi").words()).toBe("Ana has nothing to say to that.");
  expect(await server.friend("Zoe").types("/ask message:hi").words()).toBe("> hi\nwho are you?");
});

test("/ask by a stranger in many servers that the owner never saw is refused before anything is drawn", async () => {
  let drawn = 0;
  const persona = scripted(() => {
    drawn++;
    return ["hi"];
  });
  const { server } = await connect({ persona, settings: settingsWith({ elsewhere: 3 }) });
  const place = server.addServer("Elsewhere", { isBotThere: false });
  const channel = server.channel("general", { server: place });
  const answers: string[] = [];
  for (let stranger = 0; stranger < 8; stranger++) {
    const somebody = server.friend(`Stranger ${stranger}`, { servers: [place] });
    answers.push(await somebody.types("/ask message:hi", { in: channel }).words());
  }

  expect(drawn).toBe(3);
  expect(answers.slice(3)).toEqual(Array(5).fill(answers[3]));
  expect(answers[3]).toContain("more than I can answer");
});

test("an error while an answer is drawn is told in plain words, and the log has none of what was asked", async () => {
  const { lines, log } = newLog();
  const persona = scripted(() => Promise.reject(new Error("the engine is gone")));
  const { server } = await connect({ persona, log });

  expect(await server.friend("Ben").types("/ask message:secret").words()).toContain("That did not work.");
  expect(lines.join("")).toContain("the engine is gone");
  expect(lines.join("")).not.toContain("secret");
});

test("where the owner approves what is said before it is sent, nobody else can have it said by /ask", async () => {
  const { server } = await connect({ settings: settingsWith({ approve: true }) });

  expect(await server.friend("Ben").types("/ask message:hi").words()).toContain("Write to me directly.");
  expect(await server.friend("Ana").types("/ask message:hi").words()).toContain("Friend: hi");
});

test("the bot is made to post neither a link nor markup by what somebody asks", async () => {
  const links = ["so", "https://example.com", "two", "three", "four", "discord.gg", "/abc"];
  const { server } = await connect({ persona: scripted(() => links) });
  const asked = server.friend("Ben").types("/ask message:# see discord.gg/abc ```");
  await asked.followedUp(3);

  expect(await asked.words()).toBe("> \\# see [link] \\`\\`\\`\nso");
  expect(asked.followUps.map(({ content }) => content)).toEqual(["two", "three", "four"]);
});

test("whoever asks for the first time is told with the answer that it is an AI", async () => {
  const state = new StateFile(undefined, () => {});
  const { server } = await connect({ state });
  const ben = server.friend("Ben");

  expect(await ben.types("/ask message:hi").words()).toMatch(/^-# .* I am an AI .*\n> hi\nFriend: hi$/);
  expect(await ben.types("/ask message:hi").words()).toBe("> hi\nFriend: hi");
});

test("an answer that comes when Discord takes none any more is lost alone: the log says so without its words", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({
    log,
    persona: scripted((turns) => {
      const [late] = server.discord.interactions.all;
      if (late !== undefined && turns.some(({ bubbles }) => bubbles.includes("slow")))
        late.startedAt -= 16 * 60_000;
      return ["a secret"];
    }),
  });
  const ben = server.friend("Ben");
  const late = ben.types("/ask message:slow");
  await eventually(() => expect(lines.join("")).toContain("DiscordAPIError[50027]"));

  expect(late.followUps).toEqual([]);
  expect(lines.join("")).not.toContain("secret");
  expect(await ben.types("/ask message:soon").words()).toContain("a secret");
});
