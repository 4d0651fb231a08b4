import { expect, test } from "vitest";
import { Memories } from "../../../../src/serve/index.ts";
import { ids } from "../../../discord-server/index.ts";
import { connect, contents, eventually, scripted } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

test("/prompt tells the owner what the persona has before it, and nobody else", async () => {
  const memories = new Memories({ persona: "Ana" });
  const note = { words: "in Lisbon", notedOn: Date.UTC(2026, 10, 29, 12), until: null };
  const { server } = await connect({
    memories,
    persona: { ...scripted(() => ["hi"]), note: async () => note },
  });
  const owner = server.friend("Ana");
  owner.says("secret words");
  await eventually(() => expect(memories.get(owner.direct).turns.length).toBe(2));
  const told = await owner.types("/prompt").words();

  expect(told).toContain("As if I had said it first: in Lisbon");
  expect(told).toContain("I remember 2 turns of this channel, by Friend, Ana");
  expect(told).not.toContain("secret");
  const { server: other } = await connect();
  expect(await other.friend("Ben").types("/prompt").words()).toBe("Only my owner can do that.");
});

test("$clear and $prompt work as text, and are not said to the persona", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ memories });
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  ben.says("hi");
  await server.untilSaid("Friend: hi");
  await eventually(() => expect(memories.get(ben.direct).turns.length).toBe(2));
  ben.says("$clear");
  await server.untilSaid("Forgotten. What were we talking about?");
  expect(memories.get(ben.direct).turns).toEqual([]);
  ben.says("$prompt");
  await server.untilSaid("Only my owner can do that.");
  owner.says("$Prompt");
  await server.untilSaid(/There is no prompt but the conversation/);

  expect(memories.get(ben.direct).turns).toEqual([]);
});

test("$clear is obeyed where its writer is answered, and nowhere else", async () => {
  const settings = settingsWith({ modes: { off: "off", replies: "reply" }, blockedUsers: [ids.zoe] });
  const { server } = await connect({ settings });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const [off, replies] = [server.channel("off"), server.channel("replies")];
  const mention = `<@${ids.bot}>`;
  for (const place of [off, replies, ids.busy]) ben.says("$clear", { in: place });
  for (const place of [off, replies]) ben.says(`${mention} $clear`, { in: place });
  ben.says(`<@${ids.otherBot}> $clear`, { in: ids.open });
  zoe.says("$clear");
  zoe.says(`${mention} $clear`, { in: ids.busy });
  ben.says("hi");
  await server.untilSaid("Friend: hi");
  const forgotten = "Forgotten. What were we talking about?";
  const cleared = async (clear: () => unknown, place: string) => {
    clear();
    await eventually(() =>
      expect(server.said({ in: place }).map(({ content }) => content)).toContain(forgotten),
    );
  };
  expect(contents(server)).not.toContain(forgotten);
  await cleared(() => ben.says(`${mention} $clear`, { in: ids.busy }), ids.busy);
  await cleared(() => ben.says("$clear", { in: ids.open }), ids.open);
  await cleared(() => ben.says("$clear"), ben.direct);
  await ben.types("/optout").words();
  ben.says("$clear");
  const owner = server.friend("Ana");
  owner.says("hi");
  await server.untilSaid("Friend: hi", { in: owner.direct });

  expect(contents(server).filter((words) => words === forgotten)).toHaveLength(3);
});
