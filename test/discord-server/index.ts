import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";
import { ids, incomingMessage, readyPayload, serverPayload, userPayload, type Written } from "./payloads.ts";

export { directChannel, ids } from "./payloads.ts";

/** A message that the bot sent. */
export interface Sent {
  channel: string;
  content: string;
  allowed_mentions?: { parse: string[]; replied_user?: boolean };
  message_reference?: { message_id: string };
}

/** A small Discord: its REST API and its gateway on one local port, as far as a bot that talks needs them. */
export interface DiscordServer {
  /** For `rest.api`. */
  readonly api: string;
  readonly sent: Sent[];
  /** Channels in which the bot typed, in order. */
  readonly typed: string[];
  /** Answers to commands. */
  readonly answers: string[];
  readonly commands: string[];
  heartbeats: number;
  /** How many bots are connected. */
  readonly connections: number;
  /** Somebody writes. */
  write(written: Written): void;
  command(name: string, channel: string): void;
  /** Drops every connection, as a network does. */
  drop(): void;
  close(): Promise<void>;
}

export const goodToken = "MTIz.test.token";

export async function startDiscordServer({
  hasMessageContentIntent = true,
  refuses = (_channel: string): boolean => false,
  refusesCommands = false,
  heartbeatMs = 200,
} = {}): Promise<DiscordServer> {
  const sockets = new Set<WebSocket>();
  const sent: Sent[] = [];
  const typed: string[] = [];
  const answers: string[] = [];
  const commands: string[] = [];
  let sequence = 0;

  const http = createServer((request, response) => void answer(request, response));
  const gateway = new WebSocketServer({ server: http });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const address = `127.0.0.1:${(http.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await json(request).catch(() => undefined);
    const [status, value] = respond(request.method ?? "", request.url ?? "", request.headers, body);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  }

  function respond(
    method: string,
    url: string,
    headers: IncomingMessage["headers"],
    // biome-ignore lint/suspicious/noExplicitAny: what a client sends is checked where it is read
    body: any,
  ): [number, unknown?] {
    const route = `${method} ${url.replace(/^\/api\/v10/, "").replace(/\?.*/, "")}`;
    const isPublic = route.startsWith("POST /interactions/");
    if (!isPublic && headers.authorization !== `Bot ${goodToken}`)
      return [401, { message: "401: Unauthorized", code: 0 }];
    if (route === "GET /gateway/bot")
      return [200, { url: `ws://${address}`, shards: 1, session_start_limit: sessionLimit }];
    if (route === `GET /applications/${ids.bot}/commands`) return [200, []];
    if (route === `PUT /applications/${ids.bot}/commands`) {
      if (refusesCommands) return [403, { message: "Missing Access", code: 50001 }];
      commands.push(...body.map(({ name }: { name: string }) => name));
      return [
        200,
        body.map((command: object, index: number) => ({
          ...command,
          id: String(900 + index),
          application_id: ids.bot,
          version: "1",
        })),
      ];
    }
    if (route === "GET /applications/@me")
      return [200, { id: ids.bot, name: "ana-bot", flags: 0, owner: userPayload(ids.owner) }];
    const [, channel = "", action] = /^POST \/channels\/(\d+)\/(typing|messages)$/.exec(route) ?? [];
    if (action === "typing") {
      typed.push(channel);
      return [204];
    }
    if (action === "messages") {
      if (refuses(channel)) return [403, { message: "Missing Permissions", code: 50013 }];
      if (body.content.length > 2000) return [400, { message: "Invalid Form Body", code: 50035 }];
      sent.push({ ...body, channel });
      return [200, incomingMessage({ channel, content: body.content, author: ids.bot })];
    }
    if (isPublic) {
      answers.push(body.data.content);
      return [204];
    }
    return [404, { message: `404: ${route}`, code: 0 }];
  }

  gateway.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("message", (data) => receive(socket, JSON.parse(String(data))));
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: heartbeatMs } }));
  });

  function receive(
    socket: WebSocket,
    { op, d }: { op: number; d: { token: string; intents: number } },
  ): void {
    if (op === 1) {
      server.heartbeats++;
      socket.send(JSON.stringify({ op: 11 }));
    } else if (op === 6) {
      dispatch("RESUMED", {}, [socket]);
    } else if (op === 2) {
      const asksForContent = (d.intents & (1 << 15)) !== 0;
      if (d.token !== goodToken) socket.close(4004, "Authentication failed.");
      else if (asksForContent && !hasMessageContentIntent) socket.close(4014, "Disallowed intent(s).");
      else {
        dispatch("READY", readyPayload(`ws://${address}`), [socket]);
        dispatch("GUILD_CREATE", serverPayload(), [socket]);
      }
    }
  }

  function dispatch(t: string, d: object, to: Iterable<WebSocket> = sockets): void {
    for (const socket of to) socket.send(JSON.stringify({ op: 0, t, s: ++sequence, d }));
  }

  const server: DiscordServer = {
    api: `http://${address}/api`,
    sent,
    typed,
    answers,
    commands,
    heartbeats: 0,
    get connections() {
      return sockets.size;
    },
    write: (written) => dispatch("MESSAGE_CREATE", incomingMessage(written)),
    command: (name, channel) => dispatch("INTERACTION_CREATE", interaction(name, channel)),
    drop() {
      for (const socket of sockets) socket.terminate();
    },
    async close() {
      for (const socket of sockets) socket.terminate();
      gateway.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

const sessionLimit = { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 };

function interaction(name: string, channel: string): object {
  return {
    id: "777",
    application_id: ids.bot,
    type: 2,
    token: "interaction-token",
    version: 1,
    channel_id: channel,
    channel: { id: channel, type: 1 },
    user: { id: ids.ben, username: "ben", discriminator: "0", avatar: null },
    locale: "en-GB",
    entitlements: [],
    authorizing_integration_owners: {},
    attachment_size_limit: 1,
    data: { id: "900", name, type: 1 },
  };
}
