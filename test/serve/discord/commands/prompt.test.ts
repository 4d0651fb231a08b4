import { expect, test } from "vitest";
import { Memories } from "../../../../src/serve/index.ts";
import { connect, eventually, scripted } from "../connect.ts";

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
