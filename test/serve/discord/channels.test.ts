import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { keepMemories, Memories } from "../../../src/serve/index.ts";
import { ids } from "../../discord-server/index.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { mannersWith } from "../manners-with.ts";
import { answered, connect, contents, eventually, lastWords, newLog, scripted, sent } from "./connect.ts";
import { settingsWith } from "./settings-with.ts";

test("who writes while it thinks has it think again, and channels do not wait for each other", async () => {
  const gate = new Map<string, () => void>();
  const slow = scripted(async (turns) => {
    const words = lastWords(turns);
    if (words.startsWith("slow")) await new Promise<void>((resolve) => gate.set(words, resolve));
    return [`re ${words} (${turns.length} turns)`];
  });
  const { server } = await connect({ persona: slow });
  server.write({ channel: ids.open, content: "slow 1" });
  await eventually(() => expect(gate.has("slow 1")).toBe(true));
  server.write({ channel: ids.open, content: "slow 2" });
  server.write({ channel: ids.direct, content: "quick" });
  await sent(server, 1);
  expect(gate.has("slow 2")).toBe(false);
  gate.get("slow 1")?.();
  await eventually(() => expect(gate.has("slow 2")).toBe(true));
  gate.get("slow 2")?.();
  await sent(server, 2);

  // What it thought of the first message is not said: the answer is one to both.
  expect(contents(server)).toEqual(["re quick (1 turns)", "re slow 2 (1 turns)"]);
  expect(new Set(server.typed)).toEqual(new Set([ids.open, ids.direct]));
});

test("the heart beats while the persona thinks", async () => {
  let finish = () => {};
  const { server } = await connect({
    persona: scripted(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return ["done"];
    }),
  });
  server.write({ channel: ids.direct, content: "think" });
  await eventually(() => expect(server.typed).toContain(ids.direct));
  const before = server.heartbeats;
  await eventually(() => expect(server.heartbeats).toBeGreaterThan(before + 2));
  finish();
  await sent(server, 1);
});

test("a channel is remembered after a restart, and what is reset while it is answered stays forgotten", async () => {
  const { conversations: folder } = await newWorkspace();
  const keep = () => keepMemories({ persona: "Ana", folder, keepDays: 14, passedOver: () => {} });
  const first = await keep();
  const { server, bot } = await connect({ memories: first });
  server.write({ channel: ids.direct, content: "one" });
  await sent(server, 1);
  await eventually(() => expect(first.get(ids.direct).turns.length).toBe(2));
  await bot.close();
  await first.close();

  const second = await keep();
  onTestFinished(() => second.close());
  let finish = () => {};
  const persona = scripted(async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return ["too late"];
  });
  const { server: again } = await connect({ memories: second, persona });
  again.write({ channel: ids.direct, content: "two" });
  await eventually(() => expect(again.typed.length).toBeGreaterThan(0));
  const bubbles = second.get(ids.direct).turns.map((turn) => turn.bubbles);
  expect(bubbles).toEqual([["one"], ["Friend: one"], ["two"]]);
  again.command("reset", ids.direct);
  await answered(again, 1);
  finish();

  expect(second.get(ids.direct).turns).toEqual([]);
});

test("what is being answered when its writer is forgotten is not answered any more, and nothing of it is kept evaluated", async () => {
  const thinking: (() => void)[] = [];
  const forgotten: string[] = [];
  const persona = scripted(async (turns) => {
    if (lastWords(turns) === "one") await new Promise<void>((resolve) => thinking.push(resolve));
    return [`re ${lastWords(turns)}`];
  });
  const { server } = await connect({ persona: { ...persona, forget: (id) => void forgotten.push(id) } });
  server.write({ channel: ids.direct, content: "one" });
  await eventually(() => expect(thinking.length).toBe(1));
  server.command("forgetme", ids.direct);
  await answered(server, 1);
  thinking[0]?.();
  server.write({ channel: ids.direct, content: "two" });
  await eventually(() => expect(contents(server)).toContain("re two"));

  expect(contents(server)).toEqual(["re two"]);
  expect(forgotten).toEqual([ids.direct]);
});

test("a channel that refuses messages is logged without a word of it, and others go on", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({ log }, ids.open);
  server.write({ channel: ids.open, content: "secret words" });
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 1);
  await eventually(() => expect(lines.join("")).toContain("Missing Permissions"));

  expect(lines.join("")).toContain(ids.open);
  expect(lines.join("")).not.toMatch(/secret|hello/);
});

test("whoever is removed from a server in the middle of an answer tells nobody of missing permissions", async () => {
  const { lines, log } = newLog();
  const persona = scripted(async () => {
    server.removeBot(place);
    return ["one", "two"];
  });
  const { server } = await connect({ log, persona, settings: settingsWith({ admins: [ids.owner] }) });
  const place = server.addServer("Elsewhere");
  server.friend("Ben").says("hi", { in: server.channel("persona-x", { server: place }) });
  await eventually(() => expect(lines.join("")).toContain("the channel is closed or gone"));

  expect(server.said()).toEqual([]);
  expect(lines.join("")).not.toContain("may not write there");
});

test("a message that cannot be remembered is logged without a word of it, and others are answered", async () => {
  const { lines, log } = newLog();
  const openMask = () => (words: string) => {
    if (words.includes("secret")) throw new Error("no such file");
    return words;
  };
  const { server } = await connect({
    memories: new Memories({ persona: "Ana", openMask }),
    log,
  });
  server.write({ channel: ids.direct, content: "secret words" });
  await eventually(() => expect(lines.join("")).toContain("a message was not answered"));
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 1);

  expect(contents(server)).toEqual(["Friend: hello"]);
  expect(lines.join("")).not.toContain("secret");
});

test("a persona with nothing to say is told apart in the log from one that answered", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({
    log,
    persona: scripted((turns) => (lastWords(turns) === "bye" ? [] : ["hello"])),
  });
  server.write({ channel: ids.direct, content: "hi" });
  await sent(server, 1);
  server.write({ channel: ids.direct, content: "bye" });
  await eventually(() => expect(lines.length).toBe(2));

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: "answered", ending: "said", bubbles: 1 },
    { msg: "nothing to say", ending: "silent", bubbles: 0 },
  ]);
});

test("a burst is answered once, when it is over", async () => {
  const { server } = await connect({ manners: mannersWith({ patience: 0.02 }) });
  server.write({ channel: ids.direct, content: "are you" });
  server.write({ channel: ids.direct, content: "coming" });
  server.write({ channel: ids.direct, content: "tonight?" });
  await sent(server, 1);
  server.write({ channel: ids.direct, content: "bye" });
  await sent(server, 2);

  expect(contents(server)).toEqual(["Friend: tonight?", "Friend: bye"]);
});

test("in a group it speaks where its turn is probable or somebody speaks to it, else the log says why not", async () => {
  const { lines, log } = newLog();
  const persona = scripted((turns) => [`re ${lastWords(turns)}`]);
  const { server } = await connect({
    persona: { ...persona, chanceOfSpeaking: async (turns) => (lastWords(turns).endsWith("?") ? 0.9 : 0.1) },
    manners: mannersWith({ talkativeness: 1 }),
    log,
    friendOf: (id) => (id === ids.ben ? "Ben" : "Zoe"),
  });
  server.write({ channel: ids.open, content: "alone with it" });
  await sent(server, 1);
  server.write({ channel: ids.open, content: "now we are two", author: ids.zoe });
  await eventually(() => expect(lines.join("")).toContain("stayed silent"));
  server.write({ channel: ids.open, content: "who is in?", author: ids.zoe });
  await sent(server, 2);
  server.write({ channel: ids.open, content: `<@${ids.bot}> you too`, mentions: [ids.bot] });
  await sent(server, 3);

  expect(contents(server)).toEqual(["re alone with it", "re who is in?", "re you too"]);
  expect(lines.map((line) => JSON.parse(line)).find(({ why }) => why)).toMatchObject({
    channel: ids.open,
    why: "its turn has a probability of 0.100, and it speaks from 0.500 on",
  });
});

test("who mentions it while an answer is given to its end is answered too", async () => {
  const thinking: (() => void)[] = [];
  const persona = scripted(async (turns) => {
    await new Promise<void>((resolve) => thinking.push(resolve));
    return [`re ${lastWords(turns.filter(({ isPersona }) => !isPersona))}`];
  });
  const memories = new Memories({ persona: "Ana" });
  memories.get(ids.open).hear("Zoe", "hi");
  const { server } = await connect({
    persona: { ...persona, chanceOfSpeaking: async () => 0.1 },
    memories,
    manners: mannersWith({ talkativeness: 1 }),
    friendOf: () => "Ben",
  });
  // After three interruptions it is not interrupted any more.
  for (const [index, words] of ["one", "two", "three", "four", "five"].entries()) {
    server.write({ channel: ids.open, content: `<@${ids.bot}> ${words}`, mentions: [ids.bot] });
    await eventually(() => expect(lastWords(memories.get(ids.open).turns)).toBe(words));
    if (index > 0) thinking[index - 1]?.();
    if (index < 4) await eventually(() => expect(thinking.length).toBe(index + 1));
  }
  await eventually(() => expect(thinking.length).toBe(5));
  thinking[4]?.();
  await sent(server, 2);

  expect(contents(server)).toEqual(["re four", "re five"]);
});

test("who is seen typing in a group answers, and what was written last", async () => {
  const thinking: (() => void)[] = [];
  const persona = scripted(async (turns) => {
    await new Promise<void>((resolve) => thinking.push(resolve));
    return [`re ${lastWords(turns)}`];
  });
  const memories = new Memories({ persona: "Ana" });
  memories.get(ids.open).hear("Zoe", "hi");
  const { server } = await connect({
    persona: { ...persona, chanceOfSpeaking: async (turns) => (lastWords(turns).endsWith("?") ? 0.9 : 0.1) },
    memories,
    manners: mannersWith({ talkativeness: 1 }),
    friendOf: () => "Ben",
  });
  server.write({ channel: ids.open, content: "who is in?" });
  await eventually(() => expect(server.typed).toEqual([ids.open]));
  server.write({ channel: ids.open, content: "or not" });
  await eventually(() => expect(lastWords(memories.get(ids.open).turns)).toBe("or not"));
  thinking[0]?.();
  await eventually(() => expect(thinking.length).toBe(2));
  thinking[1]?.();
  await sent(server, 1);

  expect(contents(server)).toEqual(["re or not"]);
});

test("who thinks again is not seen typing any more, however long the engine takes to give up", async () => {
  let giveUp = () => {};
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({
    memories,
    persona: scripted(async (turns) => {
      if (lastWords(turns) === "one") await new Promise<void>((resolve) => (giveUp = resolve));
      return [`re ${lastWords(turns)}`];
    }),
  });
  server.write({ channel: ids.direct, content: "one" });
  await eventually(() => expect(server.typed.length).toBe(1));
  server.write({ channel: ids.direct, content: "two" });
  await eventually(() => expect(lastWords(memories.get(ids.direct).turns)).toBe("two"));
  // Discord forgets after ten seconds who was typing; whoever goes on says so sooner.
  await wait(9000);
  expect(server.typed.length).toBe(1);
  giveUp();
  await sent(server, 1);

  expect(contents(server)).toEqual(["re two"]);
});

test("in a busy group it replies to who spoke to it, of what they wrote to the last message", async () => {
  let go = () => {};
  const going = new Promise<void>((resolve) => (go = resolve));
  const { server } = await connect({
    persona: scripted(async (turns) => {
      await going;
      return [`re ${lastWords(turns)}`];
    }),
    manners: mannersWith({ patience: 0.02 }),
  });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  ben.says(`<@${ids.bot}> tea?`, { in: ids.open });
  const asked = ben.says("or coffee", { in: ids.open });
  zoe.says("coffee!", { in: ids.open });
  go();
  const [said] = await server.untilSaid(1);

  expect(said?.message_reference?.message_id).toBe(asked.id);
});
