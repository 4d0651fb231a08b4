import type { APIMessage } from "discord.js";
import { expect, test } from "vitest";
import { Memories } from "../../../../src/serve/index.ts";
import { ids } from "../../../discord-server/index.ts";
import { connect, contents, lastWords, scripted } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

const heard = scripted((turns) => [
  `${turns.map(({ bubbles }) => bubbles.join(" ")).join(" / ")}`.slice(0, 500),
]);
const brief = scripted((turns) => [`re ${lastWords(turns)}`]);

test("a reply to the last messages goes on with the talk of the channel", async () => {
  const { server } = await connect({ persona: brief });
  const ben = server.friend("Ben");
  ben.says("one", { in: ids.open });
  const [answer] = await server.untilSaid(1);
  ben.replies(answer as APIMessage, "two");
  await server.untilSaid("re two");

  expect(contents(server)).toEqual(["re one", "re two"]);
});

test("a post in a forum is heard, and answered in its thread", async () => {
  const { server } = await connect({ persona: heard });
  const forum = server.channel("ideas", { type: "forum" });
  const post = server.friend("Ben").posts("cake", `<@${ids.bot}> who brings it?`, { in: forum });
  await server.untilSaid("who brings it?", { in: post.channel_id });
});

test("a reply to an older message is answered from that chain's words, apart from the talk of the channel", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ persona: heard, memories });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const old = zoe.says("who brings the cake?", { in: ids.busy });
  const chained = ben.replies(old, "not me", { pinging: false });
  for (let index = 0; index < 4; index++) {
    ben.says(`<@${ids.bot}> other ${index}`, { in: ids.busy });
    await server.untilSaid(index + 1, { in: ids.busy });
  }
  zoe.replies(chained, `<@${ids.bot}> you then`);
  const said = await server.untilSaid(5, { in: ids.busy });
  const answer = said.at(-1) as APIMessage;
  expect(answer.content).toBe("who brings the cake? / not me / you then");

  zoe.replies(answer, "really?");
  const [next] = (await server.untilSaid(6, { in: ids.busy })).slice(-1);
  expect(next?.content).toBe(
    "who brings the cake? / not me / you then / who brings the cake? / not me / you then / really?",
  );
  const main = memories.get(ids.busy).turns.flatMap(({ bubbles }) => bubbles);
  expect(main.join(" ")).not.toContain("cake");

  await ben.types("/reset", { in: ids.busy }).words();
  expect([...memories.under(`${ids.busy}/`)].flatMap(({ turns }) => turns)).toEqual([]);
});

test("in direct messages a quoted older message is heard again, in the same talk", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ persona: brief, memories });
  const ben = server.friend("Ben");
  const old = server.write({ channel: ids.direct, content: "long ago", author: ids.bot });
  ben.says("hi");
  await server.untilSaid("re hi");
  ben.replies(old, "do you remember?");
  await server.untilSaid("re do you remember?");

  expect(
    memories
      .get(ids.direct)
      .turns.map(({ bubbles }) => bubbles.join(" "))
      .slice(0, 3),
  ).toEqual(["hi", "re hi long ago", "do you remember?"]);
});

test("words of somebody who may not be heard are no part of a chain", async () => {
  const { server } = await connect({ persona: heard, settings: settingsWith({ blockedUsers: [ids.zoe] }) });
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const old = zoe.says("a secret", { in: ids.busy });
  ben.replies(old, `<@${ids.bot}> heard that?`);
  await server.untilSaid("heard that?", { in: ids.busy });
});
