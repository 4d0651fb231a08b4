import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import {
  type APIMessage,
  GatewayIntentBits as Intents,
  PermissionFlagsBits as Permissions,
} from "discord.js";
import { type WebSocket, WebSocketServer } from "ws";
import { areKnown, intentFor, privileged, withoutContent } from "./intents.ts";
import { guildPayload, userPayload } from "./payloads.ts";
import { type Channel, channelTypes, ids, type World } from "./world.ts";

interface Event {
  op: 0;
  t: string;
  s: number;
  d: object;
}

/** What survives a lost connection: the events that the client has not confirmed. */
interface Session {
  id: string;
  intents: number;
  sequence: number;
  unconfirmed: Event[];
  socket: WebSocket | undefined;
}

interface Connection {
  session: Session | undefined;
  lastHeartbeat: number;
  timer: NodeJS.Timeout | undefined;
  /** Nothing comes through any more, though the connection seems to be there. */
  isDead: boolean;
}

interface Identified {
  token: string;
  intents: number;
}

interface Resumed {
  token: string;
  session_id: string;
  seq: number;
}

export interface GatewaySettings {
  address: string;
  heartbeatMs: number;
  /** How much later than announced a heartbeat may come. */
  heartbeatToleranceMs: number;
  isTokenGood(token: string): boolean;
  /** The privileged intents that are switched on for the application. */
  switchedOn(): number;
}

/** Discord's side of the WebSocket connections: sessions, heartbeats, and what happened as events. */
export class Gateway {
  heartbeats = 0;
  /** By how many milliseconds heartbeats came later than announced, where that was more than is tolerated. */
  readonly lateHeartbeats: number[] = [];
  /** How often a session was taken up again, and how often one began. */
  resumed = 0;
  identified = 0;
  isReachable = true;
  readonly #world: World;
  readonly #settings: GatewaySettings;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #connections = new Map<WebSocket, Connection>();
  readonly #sessions = new Map<string, Session>();
  #membersAskedAt = 0;

  constructor(http: Server, world: World, settings: GatewaySettings) {
    this.#world = world;
    this.#settings = settings;
    http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!this.isReachable) socket.destroy();
      else this.#server.handleUpgrade(request, socket, head, (client) => this.#connect(client));
    });
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Tells all sessions that may know: by their intents, and by what the bot may see. */
  dispatch(type: string, data: object, channel?: Channel): void {
    for (const session of this.#sessions.values()) this.#dispatchTo(session, type, data, channel);
  }

  /** Loses the connections as a network does; with a code, Discord closes them. */
  drop(code?: number): void {
    for (const socket of this.#connections.keys()) {
      if (code === undefined) socket.terminate();
      else socket.close(code);
    }
  }

  /** Asks the clients to connect anew. */
  askToReconnect(): void {
    for (const socket of this.#connections.keys()) send(socket, { op: 7, d: null });
  }

  /** Ends the sessions: nobody can take them up again, and what happens meanwhile is lost to them. */
  forgetSessions(): void {
    for (const [id, { socket }] of this.#sessions) {
      if (socket !== undefined) send(socket, { op: 9, d: false });
      this.#sessions.delete(id);
    }
  }

  /** Leaves the connections open and says nothing any more, to heartbeats neither. */
  fallSilent(): void {
    for (const connection of this.#connections.values()) connection.isDead = true;
  }

  close(): void {
    for (const socket of this.#connections.keys()) socket.terminate();
    this.#server.close();
  }

  #connect(socket: WebSocket): void {
    const now = performance.now();
    const connection: Connection = {
      session: undefined,
      lastHeartbeat: now,
      timer: undefined,
      isDead: false,
    };
    this.#connections.set(socket, connection);
    this.#expectHeartbeat(socket, connection);
    socket.on("close", (code) => this.#disconnect(socket, connection, code));
    socket.on("message", (data) => this.#receive(socket, connection, JSON.parse(String(data))));
    send(socket, { op: 10, d: { heartbeat_interval: this.#settings.heartbeatMs } });
  }

  #disconnect(socket: WebSocket, connection: Connection, code: number): void {
    clearTimeout(connection.timer);
    this.#connections.delete(socket);
    const { session } = connection;
    if (session?.socket !== socket) return;
    session.socket = undefined;
    // Who leaves properly does not come back.
    if (code === 1000 || code === 1001) this.#sessions.delete(session.id);
  }

  // biome-ignore lint/suspicious/noExplicitAny: what a client sends is checked where it is read
  #receive(socket: WebSocket, connection: Connection, { op, d }: { op: number; d: any }): void {
    if (connection.isDead) return;
    if (op === 1) this.#heartbeat(socket, connection, d);
    else if (op === 2) this.#identify(socket, connection, d);
    else if (op === 6) this.#resume(socket, connection, d);
    else if (connection.session === undefined) socket.close(4003, "Not authenticated.");
    else if (op === 8) this.#sendMembers(connection.session, d);
    else if (op !== 3 && op !== 4) socket.close(4001, "Unknown opcode.");
  }

  #heartbeat(socket: WebSocket, connection: Connection, confirmed: number | null): void {
    this.heartbeats++;
    const now = performance.now();
    this.#noteLateness(now - connection.lastHeartbeat - this.#settings.heartbeatMs);
    connection.lastHeartbeat = now;
    this.#expectHeartbeat(socket, connection);
    const { session } = connection;
    if (session !== undefined && confirmed !== null)
      session.unconfirmed = session.unconfirmed.filter(({ s }) => s > confirmed);
    send(socket, { op: 11 });
  }

  #noteLateness(latenessMs: number): void {
    if (latenessMs > this.#settings.heartbeatToleranceMs) this.lateHeartbeats.push(latenessMs);
  }

  #expectHeartbeat(socket: WebSocket, connection: Connection): void {
    clearTimeout(connection.timer);
    const { heartbeatMs, heartbeatToleranceMs } = this.#settings;
    connection.timer = setTimeout(
      () => {
        this.#noteLateness(performance.now() - connection.lastHeartbeat - heartbeatMs);
        socket.close(4009, "Session timed out.");
      },
      heartbeatMs + 2 * heartbeatToleranceMs,
    );
    connection.timer.unref();
  }

  #identify(socket: WebSocket, connection: Connection, { token, intents }: Identified): void {
    const refusal = this.#refusalOf(connection, token, intents);
    if (refusal !== undefined) {
      socket.close(...refusal);
      return;
    }
    const session: Session = { id: this.#world.newId(), intents, sequence: 0, unconfirmed: [], socket };
    this.identified++;
    connection.session = session;
    this.#sessions.set(session.id, session);
    const guilds = [...this.#world.guilds.values()].filter(({ id }) => this.#world.isBotIn(id));
    this.#sendTo(session, "READY", {
      v: 10,
      user: { ...userPayload(this.#world.account(ids.bot)), verified: true, mfa_enabled: false },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      session_type: "normal",
      private_channels: [],
      resume_gateway_url: `ws://${this.#settings.address}`,
      shard: [0, 1],
      application: { id: ids.bot, flags: 0 },
    });
    if ((intents & Intents.Guilds) === 0) return;
    for (const guild of guilds) this.#sendTo(session, "GUILD_CREATE", guildPayload(this.#world, guild));
  }

  #refusalOf({ session }: Connection, token: string, intents: number): [number, string] | undefined {
    if (session !== undefined) return [4005, "Already authenticated."];
    if (!this.#settings.isTokenGood(token)) return [4004, "Authentication failed."];
    if (!areKnown(intents)) return [4013, "Invalid intent(s)."];
    const asked = intents & Object.values(privileged).reduce((sum, bit) => sum | bit, 0);
    if ((asked & ~this.#settings.switchedOn()) !== 0) return [4014, "Disallowed intent(s)."];
    return undefined;
  }

  #resume(socket: WebSocket, connection: Connection, { token, session_id, seq }: Resumed): void {
    const session = this.#sessions.get(session_id);
    if (!this.#settings.isTokenGood(token)) socket.close(4004, "Authentication failed.");
    else if (session === undefined) send(socket, { op: 9, d: false });
    else if (seq > session.sequence) socket.close(4007, "Invalid seq.");
    else this.#takeUp(session, seq, socket, connection);
  }

  #takeUp(session: Session, seq: number, socket: WebSocket, connection: Connection): void {
    session.socket?.terminate();
    session.socket = socket;
    connection.session = session;
    this.resumed++;
    for (const event of session.unconfirmed) if (event.s > seq) send(socket, event);
    this.#sendTo(session, "RESUMED", {});
  }

  /** Members may be asked for once in half a minute. */
  #sendMembers(session: Session, { guild_id, nonce }: { guild_id: string; nonce?: string }): void {
    const retryAfter = (this.#membersAskedAt + 30_000 - Date.now()) / 1000;
    if (retryAfter > 0) {
      const limited = { opcode: 8, retry_after: retryAfter, meta: { guild_id, nonce } };
      this.#sendTo(session, "RATE_LIMITED", limited);
      return;
    }
    this.#membersAskedAt = Date.now();
    const guild = this.#world.guilds.get(guild_id);
    const members = guild === undefined ? [] : guildPayload(this.#world, guild).members;
    this.#sendTo(session, "GUILD_MEMBERS_CHUNK", {
      guild_id,
      members,
      chunk_index: 0,
      chunk_count: 1,
      nonce,
    });
  }

  #dispatchTo(session: Session, type: string, data: object, channel: Channel | undefined): void {
    const isDirect = channel?.type === channelTypes.direct;
    const needed = intentFor(type, isDirect);
    if (needed !== 0 && (session.intents & needed) === 0) return;
    if (channel !== undefined && type !== "INTERACTION_CREATE" && !this.#isVisible(channel)) return;
    const isWithoutContent = (session.intents & Intents.MessageContent) === 0;
    const isMessage = type === "MESSAGE_CREATE" || type === "MESSAGE_UPDATE";
    const seen = isMessage && isWithoutContent ? withoutContent(data as APIMessage, isDirect) : data;
    this.#sendTo(session, type, seen);
  }

  #isVisible(channel: Channel): boolean {
    if (channel.type === channelTypes.group) return false;
    if (channel.guildId === undefined) return true;
    return (
      this.#world.isBotIn(channel.guildId) &&
      (this.#world.permissionsIn(channel) & Permissions.ViewChannel) !== 0n
    );
  }

  #sendTo(session: Session, type: string, data: object): void {
    // A copy, since what is dispatched may change later.
    const event: Event = { op: 0, t: type, s: ++session.sequence, d: structuredClone(data) };
    session.unconfirmed.push(event);
    const { socket } = session;
    if (socket !== undefined && this.#connections.get(socket)?.isDead !== true) send(socket, event);
  }
}

function send(socket: WebSocket, payload: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(payload));
}
