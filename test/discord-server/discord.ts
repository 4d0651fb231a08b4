import type { Violation } from "./description/index.ts";
import { refusals } from "./errors.ts";
import type { Faults } from "./faults.ts";
import type { Gateway } from "./gateway.ts";
import type { Happenings } from "./happenings.ts";
import type { Interactions } from "./interactions.ts";
import type { RateLimits } from "./rate-limits.ts";
import { type Channel, channelTypes, type Guild, type World } from "./world.ts";

/** A message that the bot sent to a channel by itself. */
export interface Sent {
  id: string;
  channel: string;
  content: string;
  allowed_mentions?: { parse: string[]; replied_user?: boolean };
  message_reference?: { message_id: string };
  [other: string]: unknown;
}

/** What the bot did. */
export interface Deeds {
  readonly sent: Sent[];
  /** Channels in which the bot typed, in order. */
  readonly typed: string[];
  /** The words of its answers to commands, buttons and modals, in order. */
  readonly answers: string[];
  /** Names of the commands that were registered, each time that they were. */
  readonly commands: string[];
}

/** All parts of this Discord, for those who answer requests. */
export interface Discord {
  readonly world: World;
  readonly gateway: Gateway;
  readonly happenings: Happenings;
  readonly interactions: Interactions;
  readonly faults: Faults;
  readonly rateLimits: RateLimits;
  readonly deeds: Deeds;
  readonly violations: Violation[];
  readonly settings: Settings;
}

export interface Settings {
  address: string;
  token: string;
  hasMessageContentIntent: boolean;
  refuses(channel: string): boolean;
  refusesCommands: boolean;
  acknowledgeWithinMs: number;
}

/** A request that was matched to an operation. */
export interface Request {
  name: string;
  parameters: Record<string, string>;
  query: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: it was checked against Discord's description
  body: any;
  files: { filename: string; contentType: string; size: number }[];
}

export interface Reply {
  status: number;
  body?: unknown;
}

export type Routes = Record<string, (request: Request, discord: Discord) => Reply>;

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export const done: Reply = { status: 204 };

/** The channel of a request; the bot must see it, and have the permissions. */
export function channelOf({ world }: Discord, id: string | undefined, permissions = 0n): Channel {
  const channel = world.channels.get(id ?? "");
  if (channel === undefined) throw refusals.unknownChannel();
  if (channel.type === channelTypes.group) throw refusals.missingAccess();
  if (channel.guildId === undefined) return channel;
  if (!world.isBotIn(channel.guildId)) throw refusals.missingAccess();
  const allowed = world.permissionsIn(channel);
  if ((allowed & viewChannel) === 0n) throw refusals.missingAccess();
  if ((allowed & permissions) !== permissions) throw refusals.missingPermissions();
  return channel;
}

const viewChannel = 1n << 10n;

export function guildOf({ world }: Discord, id: string | undefined): Guild {
  const guild = world.guilds.get(id ?? "");
  if (guild === undefined || !world.isBotIn(guild.id)) throw refusals.unknownGuild();
  return guild;
}
