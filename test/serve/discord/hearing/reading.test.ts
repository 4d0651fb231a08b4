import { EmbedType } from "discord.js";
import { expect, test } from "vitest";
import { Memories } from "../../../../src/serve/index.ts";
import { type DiscordServer, type Friend, ids } from "../../../discord-server/index.ts";
import { connect, eventually } from "../connect.ts";

type Says = (ben: Friend, server: DiscordServer) => unknown;

const photo = { filename: "IMG_1.jpg", contentType: "image/jpeg" };
const cases: [string, Says, string][] = [
  ["a photo", (ben) => ben.says("", { attachments: [photo] }), "[photo]"],
  [
    "a described photo with words",
    (ben) => ben.says("look", { attachments: [{ ...photo, description: "a cat [on] a sofa" }] }),
    "look [photo: a cat on a sofa]",
  ],
  [
    "a film",
    (ben) => ben.says("", { attachments: [{ filename: "a.mp4", contentType: "video/mp4" }] }),
    "[video]",
  ],
  [
    "a file",
    (ben) => ben.says("", { attachments: [{ filename: "plan.pdf", contentType: "application/pdf" }] }),
    "[file: plan.pdf]",
  ],
  ["a voice message", (ben) => ben.says("", { voiceSeconds: 3 }), "[voice message]"],
  ["a sticker", (ben) => ben.says("", { stickers: ["Wave"] }), "[sticker: Wave]"],
  [
    "a poll",
    (ben) => ben.says("", { poll: { question: "Tonight?", answers: ["yes", "no"] } }),
    "[poll: Tonight? / yes / no]",
  ],
  ["a custom emoji", (ben) => ben.says("nice <:catjam:123456789012345678>"), "nice :catjam:"],
  ["a moment", (ben) => ben.says("at <t:1764460800:F>"), "at 2025-11-30 00:00"],
  ["an animation", (ben) => ben.says("https://tenor.com/view/cat-dance-gif-12345678"), "[gif]"],
  [
    "a link with a preview",
    (ben) =>
      ben.says("read https://example.com/a now", {
        embeds: [{ type: EmbedType.Link, url: "https://example.com/a", title: "A: title\n[x]" }],
      }),
    "read [link: A title x] now",
  ],
  [
    "a forward",
    (ben, server) =>
      ben.forwards(server.friend("Zoe").says("who brings the cake?", { in: ids.busy, attachments: [photo] })),
    "[forwarded] who brings the cake? [photo]",
  ],
  ["the persona in the middle", (ben) => ben.says(`I told <@${ids.bot}> about it`), "I told Ana about it"],
  ["a call at the beginning", (ben) => ben.says(`<@${ids.bot}>, come`), "come"],
  ["a call at the end", (ben) => ben.says(`come, <@${ids.bot}>`), "come"],
  ["a friend whom training knows", (ben) => ben.says(`ask <@${ids.zoe}>`), "ask @Zoë Fox"],
  ["a channel", (ben) => ben.says(`see <#${ids.busy}>`), "see #general"],
  ["a role that is gone", (ben) => ben.says("hey <@&999999999999999999>"), "hey @role"],
];

test.each(cases)("%s is read as a person sees it", async (_, says, words) => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({
    memories,
    friendOf: (id) => (id === ids.zoe ? "Zoë Fox" : undefined),
  });
  says(server.friend("Ben"), server);
  await eventually(() => expect(memories.get(ids.direct).turns[0]?.bubbles).toEqual([words]));
  await server.untilSaid(1);
});

test("a friend whom training knows keeps that name in what others say", async () => {
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({
    memories,
    friendOf: (id) => (id === ids.ben ? "Ben Ito" : undefined),
  });
  server.friend("Zoe").says(`where is <@${ids.ben}>?`, { in: ids.open });
  await server.untilSaid("Friend: where is @Ben Ito?");
});
