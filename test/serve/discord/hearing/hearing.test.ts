import { setTimeout as wait } from "node:timers/promises";
import type { APIMessage } from "discord.js";
import { expect, test } from "vitest";
import { Memories } from "../../../../src/serve/index.ts";
import { ids } from "../../../discord-server/index.ts";
import { mannersWith } from "../../manners-with.ts";
import { connect, contents, eventually, lastWords, newLog, scripted } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

test("a message that is edited while it is answered is answered as it is now", async () => {
  const thinking: (() => void)[] = [];
  const { server } = await connect({
    persona: scripted(async (turns) => {
      const words = lastWords(turns);
      await new Promise<void>((resolve) => thinking.push(resolve));
      return [`re ${words}`];
    }),
  });
  const ben = server.friend("Ben");
  const question = ben.says("tea?");
  await eventually(() => expect(thinking.length).toBe(1));
  ben.edits(question, "coffee?");
  await wait(200);
  thinking[0]?.();
  await eventually(() => expect(thinking.length).toBe(2));
  thinking[1]?.();
  await server.untilSaid(1);

  expect(contents(server)).toEqual(["re coffee?"]);
});

test("a message that is edited later is remembered as it is now, and not answered again", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ memories });
  const ben = server.friend("Ben");
  const first = ben.says("my secret is 7");
  await server.untilSaid(1);
  ben.edits(first, "never mind");
  await eventually(() => expect(memories.get(ids.direct).turns[0]?.bubbles).toEqual(["never mind"]));
  ben.says("hi");
  await server.untilSaid("Friend: hi");

  expect(contents(server)).toEqual(["Friend: my secret is 7", "Friend: hi"]);
});

test("a message that is deleted while it is answered is not answered, nor remembered", async () => {
  const memories = new Memories({ persona: "Ana" });
  const thinking: (() => void)[] = [];
  const { server } = await connect({
    memories,
    persona: scripted(async (turns) => {
      const words = lastWords(turns);
      if (words === "oops") await new Promise<void>((resolve) => thinking.push(resolve));
      return [`re ${words}`];
    }),
  });
  const ben = server.friend("Ben");
  const oops = ben.says("oops");
  await eventually(() => expect(thinking.length).toBe(1));
  ben.deletes(oops);
  await eventually(() => expect(memories.get(ids.direct).turns).toEqual([]));
  thinking[0]?.();
  ben.says("hi");
  await server.untilSaid("re hi");

  expect(contents(server)).toEqual(["re hi"]);
});

test("what is deleted of a burst is left out of the answer to the rest", async () => {
  const { server } = await connect({
    manners: mannersWith({ patience: 0.02 }),
    persona: scripted((turns) => [turns.at(-1)?.bubbles.join(" + ") ?? ""]),
  });
  const ben = server.friend("Ben");
  ben.says("one");
  const two = ben.says("two");
  ben.deletes(two);
  await server.untilSaid(1);

  expect(contents(server)).toEqual(["one"]);
});

test("deleted messages are forgotten, the persona's own and many at once too", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ memories });
  const ben = server.friend("Ben");
  const asked = [ben.says("one", { in: ids.open })];
  await server.untilSaid("Friend: one");
  asked.push(ben.says("two", { in: ids.open }));
  const said = await server.untilSaid("Friend: two");
  await eventually(() => expect(memories.get(ids.open).turns).toHaveLength(4));
  ben.deletes(said[0] as APIMessage);
  await eventually(() => expect(memories.get(ids.open).turns).toHaveLength(2));
  ben.deletes(asked[0] as APIMessage, asked[1] as APIMessage);
  await eventually(() => expect(memories.get(ids.open).turns).toHaveLength(1));

  expect(memories.get(ids.open).turns[0]?.bubbles).toEqual(["Friend: two"]);
});

test("whoever is seen typing is given the time to go on", async () => {
  const { server } = await connect({ manners: mannersWith({ patience: 0.01 }) });
  const ben = server.friend("Ben");
  ben.says("are you");
  await wait(20);
  ben.startsTyping();
  await wait(1500);
  expect(contents(server)).toEqual([]);
  ben.says("coming?");
  await server.untilSaid(1);

  expect(contents(server)).toEqual(["Friend: coming?"]);
});

test("a channel that is deleted, or a thread that is archived, in the middle of an answer is left alone", async () => {
  const { lines, log } = newLog();
  const memories = new Memories({ persona: "Ana" });
  const thinking: (() => void)[] = [];
  const { server } = await connect({
    log,
    memories,
    persona: scripted(async (turns) => {
      const words = lastWords(turns);
      if (words === "slow") await new Promise<void>((resolve) => thinking.push(resolve));
      return [`re ${words}`];
    }),
  });
  const ben = server.friend("Ben");
  const thread = ben.startsThread("cake", { in: ids.busy });
  ben.says("slow", { in: ids.open });
  ben.says(`<@${ids.bot}> slow`, { in: thread });
  await eventually(() => expect(thinking.length).toBe(2));
  server.setThread(thread, { isArchived: true });
  server.deleteChannel(ids.open);
  await eventually(() => expect(memories.get(ids.open).turns).toEqual([]));
  for (const finish of thinking) finish();
  ben.says("hi");
  await server.untilSaid("re hi");

  expect(contents(server)).toEqual(["re hi"]);
  expect(lines.join("")).not.toContain('"level":50');
});

test("of what is deleted or changed nothing stays evaluated, in a branch of the talk neither", async () => {
  const forgotten: string[] = [];
  const memories = new Memories({ persona: "Ana" });
  const persona = { ...scripted(() => ["ok"]), forget: (id: string) => void forgotten.push(id) };
  const { server } = await connect({ persona, memories });
  const ben = server.friend("Ben");
  const branch = `${ids.open}/1`;
  const said = ben.says("my secret", { in: ids.open });
  await eventually(() => expect(memories.get(ids.open).turns.length).toBe(2));
  memories.get(branch).hear("Ben", "my secret", ids.ben, said.id);
  ben.edits(said, "nothing");
  await eventually(() => expect(forgotten).toContain(ids.open));
  forgotten.splice(0);
  ben.deletes(said);
  await eventually(() => expect(forgotten.toSorted()).toEqual([ids.open, branch]));

  expect(memories.get(branch).turns).toEqual([]);
});

test("an edit that only calls the persona is heard as a call, of what it had not heard and of what it had left", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({
    memories,
    persona: {
      ...scripted((turns) => [`re ${lastWords(turns)}`]),
      chanceOfSpeaking: async () => 0.1,
    },
    manners: mannersWith({ talkativeness: 1 }),
    friendOf: (id) => (id === ids.ben ? "Ben" : "Zoe"),
  });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const unheard = ben.says("tea", { in: ids.busy });
  await wait(300);
  ben.edits(unheard, `<@${ids.bot}> tea`);
  await server.untilSaid("re tea");
  memories.get(ids.open).hear("Zoe", "hi", ids.zoe);
  const left = ben.says("cake", { in: ids.open });
  await eventually(() => expect(memories.get(ids.open).lastHeard.at(-1)?.isSettled).toBe(true));
  ben.edits(left, `<@${ids.bot}> cake`);
  await server.untilSaid("re cake");
  zoe.says("bye", { in: ids.busy });

  expect(contents(server)).toEqual(["re tea", "re cake"]);
});

test("a message that does not call the persona any more is not answered, nor remembered", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ memories, manners: mannersWith({ patience: 0.05 }) });
  const ben = server.friend("Ben");
  const said = ben.says(`<@${ids.bot}> tea`, { in: ids.busy });
  await eventually(() => expect(memories.get(ids.busy).turns.length).toBe(1));
  ben.edits(said, "tea");
  await eventually(() => expect(memories.get(ids.busy).turns).toEqual([]));
  ben.says("hi");
  await server.untilSaid("Friend: hi");

  expect(contents(server)).toEqual(["Friend: hi"]);
});

test("a call by an edit of what was heard wakes nobody while it is silent, or of whoever is not heard any more", async () => {
  const memories = new Memories({ persona: "Ana" });
  let settings = settingsWith({ modes: { general: "listen" } });
  const { server } = await connect({ memories, settings: () => settings() });
  const [ben, zoe, owner] = [server.friend("Ben"), server.friend("Zoe"), server.friend("Ana")];
  const [tea, cake] = [ben.says("tea", { in: ids.busy }), zoe.says("cake", { in: ids.busy })];
  await eventually(() => expect(memories.get(ids.busy).turns.length).toBe(2));
  await owner.types("/pause", { in: ids.busy }).words();
  ben.edits(tea, `<@${ids.bot}> tea`);
  await wait(200);
  await owner.types("/resume", { in: ids.busy }).words();
  settings = settingsWith({ modes: { general: "listen" }, blockedUsers: [ids.zoe] });
  zoe.edits(cake, `<@${ids.bot}> cake`);
  ben.says(`<@${ids.bot}> bye`, { in: ids.busy });
  await server.untilSaid(/bye$/);

  expect(server.sent.length).toBe(1);
});
