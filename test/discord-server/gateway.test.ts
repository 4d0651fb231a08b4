import { once } from "node:events";
import { Events, type Message } from "discord.js";
import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { goodToken, ids, startDiscordServer } from "./index.ts";
import { allIntents, connectClient, logIn, next } from "./real-client.ts";

test("a session that is taken up again hears in order what it missed, and nothing twice", async () => {
  const { server, client } = await connectClient();
  const heard: string[] = [];
  client.on(Events.MessageCreate, ({ content }) => heard.push(content));
  const ben = server.friend("Ben");
  ben.says("1");
  await vi.waitFor(() => expect(heard).toEqual(["1"]));
  server.drop();
  for (const words of ["2", "3", "4"]) ben.says(words);
  await vi.waitFor(() => expect(heard).toEqual(["1", "2", "3", "4"]), { timeout: 30_000 });
  ben.says("5");
  await vi.waitFor(() => expect(heard).toEqual(["1", "2", "3", "4", "5"]), { timeout: 30_000 });

  expect([server.gateway.identified, server.gateway.resumed]).toEqual([1, 1]);
});

test("a session that Discord has forgotten begins anew, and what happened meanwhile is lost to it", async () => {
  const { server, client } = await connectClient();
  const heard: string[] = [];
  client.on(Events.MessageCreate, ({ content }) => heard.push(content));
  server.gateway.forgetSessions();
  server.friend("Ben").says("lost");
  await vi.waitFor(() => expect(server.gateway.identified).toBe(2), { timeout: 30_000 });
  server.friend("Ben").says("heard");
  await vi.waitFor(() => expect(heard).toEqual(["heard"]), { timeout: 30_000 });
}, 60_000);

test.each([
  ["asked to reconnect", "askToReconnect"],
  ["on a connection that has died without a word", "fallSilent"],
] as const)("a client that is %s takes its session up again", async (_, happen) => {
  const { server, client } = await connectClient();
  server.gateway[happen]();
  if (happen === "askToReconnect") await vi.waitFor(() => expect(server.gateway.resumed).toBe(1));
  const message = await next<Message>(client, Events.MessageCreate, () =>
    server.friend("Ben").says("there?"),
  );

  expect(message.content).toBe("there?");
  expect(server.gateway.resumed).toBe(1);
});

test("a heartbeat that comes late is noticed, and a client that has none is closed", async () => {
  const server = await startDiscordServer({ heartbeatMs: 20, heartbeatToleranceMs: 20 });
  const socket = new WebSocket(server.api.replace("http", "ws"));
  await once(socket, "message");
  const [code] = await once(socket, "close");

  expect(code).toBe(4009);
  expect(server.gateway.lateHeartbeats.length).toBe(1);
  await server.close();
});

test("without the Message Content intent only what concerns the bot has content, read back too", async () => {
  const { server, client } = await connectClient(
    { hasMessageContentIntent: false },
    { intents: allIntents.slice(0, -1) },
  );
  const ben = server.friend("Ben");
  const channel = await client.channels.fetch(ids.busy);
  await (channel?.isSendable() && channel.send("mine"));
  const [own] = server.messages(ids.busy);
  const hear = (act: () => unknown) => next<Message>(client, Events.MessageCreate, act);
  const heard = [
    await hear(() => ben.says("secret", { in: ids.busy, attachments: [{ filename: "cat.png" }] })),
    await hear(() => ben.says(`<@${ids.bot}> hi`, { in: ids.busy })),
    await hear(() => ben.replies(own as never, "pinged")),
    await hear(() => ben.replies(own as never, "unpinged", { pinging: false })),
    await hear(() => ben.says("direct")),
  ];

  expect(heard.map(({ content }) => content)).toEqual(["", `<@${ids.bot}> hi`, "pinged", "", "direct"]);
  expect(heard[0]?.attachments.size).toBe(0);
  const back = channel?.isTextBased() && (await channel.messages.fetch({ limit: 3 }));
  expect(back && [...back.values()].map(({ content }) => content)).toEqual([
    "",
    "pinged",
    `<@${ids.bot}> hi`,
  ]);
});

test.each([
  ["a wrong token", { token: "wrong", intents: 1 }, 4004],
  ["an intent that is switched off", { token: goodToken, intents: 1 << 15 }, 4014],
  ["intents that nobody knows", { token: goodToken, intents: 2 ** 30 }, 4013],
])("%s closes the connection", async (_, identity, expected) => {
  const server = await startDiscordServer({ hasMessageContentIntent: false });
  const socket = new WebSocket(server.api.replace("http", "ws"));
  await once(socket, "message");
  socket.send(JSON.stringify({ op: 2, d: identity }));
  const [code] = await once(socket, "close");

  expect(code).toBe(expected);
  await server.close();
});

test("two clients on one token hear the same", async () => {
  const { server, client } = await connectClient();
  const other = await logIn(server);
  const hearing = next<Message>(other, Events.MessageCreate, () => {});
  const message = await next<Message>(client, Events.MessageCreate, () => server.friend("Ben").says("both?"));

  expect((await hearing).id).toBe(message.id);
});
