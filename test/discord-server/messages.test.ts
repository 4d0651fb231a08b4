import {
  Events,
  type Message,
  type MessageReaction,
  type PartialMessage,
  type ThreadChannel,
} from "discord.js";
import { expect, test } from "vitest";
import { ids } from "./index.ts";
import { connectClient, next } from "./real-client.ts";

test("a reply pings its author only where the @ is on", async () => {
  const { server, client } = await connectClient();
  const ben = server.friend("Ben");
  const channel = await client.channels.fetch(ids.busy);
  const own = await (channel?.isSendable() && channel.send("hello"));
  const [message] = server.messages(ids.busy);
  const heard = async (pinging: boolean) =>
    next<Message>(client, Events.MessageCreate, () => ben.replies(message as never, "yes?", { pinging }));

  const pinged = await heard(true);
  const unpinged = await heard(false);

  expect([pinged.type, unpinged.type]).toEqual([19, 19]);
  expect(pinged.mentions.users.has(client.user.id)).toBe(true);
  expect(unpinged.mentions.users.size).toBe(0);
  expect((await unpinged.fetchReference()).id).toBe(own ? own.id : "");
});

test("a bot that may ping nobody mentions nobody, in replies neither", async () => {
  const { server, client } = await connectClient();
  const ben = server.friend("Ben");
  const heard = await next<Message>(client, Events.MessageCreate, () => ben.says("hi", { in: ids.busy }));
  await heard.reply(`<@${ids.zoe}> @everyone`);
  const [, said] = server.messages(ids.busy);

  expect(said).toMatchObject({ type: 19, mentions: [], mention_everyone: false });
  expect(said?.referenced_message?.content).toBe("hi");
});

test("a forward has its words in a snapshot; polls, stickers, pictures and voices have none", async () => {
  const { server, client } = await connectClient();
  const ben = server.friend("Ben");
  const hear = (act: () => unknown) => next<Message>(client, Events.MessageCreate, act);
  const before = await hear(() => ben.says("from elsewhere", { in: ids.busy }));
  const [stored] = server.messages(ids.busy);
  const forward = await hear(() => ben.forwards(stored as never));
  const poll = await hear(() => ben.says("", { poll: { question: "Pizza?", answers: ["yes", "no"] } }));
  const sticker = await hear(() => ben.says("", { stickers: ["Wave"] }));
  const picture = await hear(() => ben.says("", { attachments: [{ filename: "cat.png" }] }));
  const voice = await hear(() => ben.says("", { voiceSeconds: 4 }));

  expect([before.content, forward.content]).toEqual(["from elsewhere", ""]);
  expect(forward.messageSnapshots.first()?.content).toBe("from elsewhere");
  expect(poll.poll?.answers.map(({ text }) => text)).toEqual(["yes", "no"]);
  expect(sticker.stickers.first()?.name).toBe("Wave");
  expect(picture.attachments.first()?.name).toBe("cat.png");
  expect(voice.attachments.first()?.duration).toBe(4);
});

test("the bot's own role is known as its own where somebody mentions it", async () => {
  const { server, client } = await connectClient();
  const heard = await next<Message>(client, Events.MessageCreate, () =>
    server.friend("Ben").says(`<@&${ids.botRole}> hi`, { in: ids.busy }),
  );

  expect(heard.mentions.roles.first()?.tags?.botId).toBe(client.user.id);
  expect(heard.mentions.users.size).toBe(0);
});

test("edits, deletions and reactions are heard", async () => {
  const { server, client } = await connectClient();
  const ben = server.friend("Ben");
  const one = ben.says("one");
  const two = ben.says("two");
  const edited = await next<Message>(client, Events.MessageUpdate, () => ben.edits(one, "uno"));
  const reaction = await next<MessageReaction>(client, Events.MessageReactionAdd, () =>
    ben.reacts(two, "👍"),
  );
  const gone = await next<PartialMessage>(client, Events.MessageDelete, () => ben.deletes(one));
  const channel = await client.users.createDM(ids.ben);

  expect([edited.id, reaction.emoji.name, gone.id]).toEqual([one.id, "👍", one.id]);
  await expect(channel.messages.fetch(one.id)).rejects.toThrow("Unknown Message");
  await (await channel.messages.fetch(two.id)).react("🦜");
  expect(server.messages(ids.direct)[0]?.reactions).toMatchObject([{ me: false }, { me: true }]);
});

test("what was written before is read back in pages, the newest first", async () => {
  const { server, client } = await connectClient();
  const ben = server.friend("Ben");
  const hours = [5, 4, 3, 2, 1];
  const written = hours.map((hour) =>
    ben.says(`${hour} hours ago`, { in: ids.busy, at: new Date(Date.now() - hour * 3_600_000) }),
  );
  const channel = await client.channels.fetch(ids.busy);
  if (!channel?.isTextBased()) throw new Error("no text channel");
  const contents = async (options: object) =>
    [...(await channel.messages.fetch(options)).values()].map(({ content }) => content.slice(0, 1));
  const middle = written[2]?.id;

  expect(await contents({ limit: 2 })).toEqual(["1", "2"]);
  expect(await contents({ before: middle })).toEqual(["4", "5"]);
  expect(await contents({ after: middle, limit: 1 })).toEqual(["2"]);
  expect(await contents({ around: middle, limit: 3 })).toEqual(["2", "3", "4"]);
});

test("a thread comes back from the archive where somebody writes, unless it is locked", async () => {
  const { server, client } = await connectClient();
  const ben = server.friend("Ben");
  const from = ben.says("let us talk", { in: ids.busy });
  const thread = await next<ThreadChannel>(client, Events.ThreadCreate, () =>
    ben.startsThread("talk", { in: ids.busy, from }),
  );
  await next(client, Events.ThreadUpdate, () => server.setThread(thread.id, { isArchived: true }));
  await next(client, Events.ThreadUpdate, () => ben.says("back", { in: thread.id }));
  expect([thread.id, thread.parentId, thread.archived]).toEqual([from.id, ids.busy, false]);

  await next(client, Events.ThreadUpdate, () =>
    server.setThread(thread.id, { isArchived: true, isLocked: true }),
  );
  await expect(thread.send("hello?")).rejects.toMatchObject({ code: 50083 });
  await next(client, Events.ThreadDelete, () => server.deleteChannel(thread.id));
  await expect(thread.send("hello?")).rejects.toMatchObject({ code: 10003 });
});
