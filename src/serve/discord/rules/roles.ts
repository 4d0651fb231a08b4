import { setTimeout as pass } from "node:timers/promises";
import {
  type Client,
  DiscordAPIError,
  type Guild,
  LimitedCollection,
  RESTJSONErrorCodes,
  type User,
} from "discord.js";
import type { Logger } from "pino";
import { describeError } from "../failures.ts";
import type { Occasion } from "./access.ts";
import type { DiscordSettings } from "./settings.ts";

interface RolesOptions {
  settings: () => Pick<DiscordSettings, "allowedRoles" | "blockedRoles">;
  log: Logger;
  now?: () => number;
}

/** Without a further privileged intent nobody tells the bot that roles have changed: Discord is asked again after so long. */
const freshMs = 5 * 60_000;
/** Whoever was silent longest is asked about anew. */
const maxKept = 10_000;

/** Who has roles of which lists speak, wherever they write: a direct message, or another server, tells nothing of them. */
export class Roles {
  readonly #options: RolesOptions;
  /** Of somebody in a server; undefined where Discord did not say. */
  readonly #known = new LimitedCollection<string, { at: number; roleIds: Promise<string[] | undefined> }>({
    maxSize: maxKept,
  });

  constructor(options: RolesOptions) {
    this.#options = options;
  }

  /**
   * The same occasion, with what Discord says of somebody's roles in the servers whose roles are listed.
   *
   * @param withinMs What Discord says later counts the next time.
   */
  async completed(occasion: Occasion, user: User, withinMs?: number): Promise<Occasion> {
    const others = this.#serversToAsk(user.client, occasion);
    if (others === undefined) {
      this.#options.log.warn({ user: user.id }, `${unknown}: a server is down`);
      return occasion;
    }
    const asking = Promise.all(others.map((guild) => this.#rolesIn(guild, user)));
    const late = new AbortController();
    const roles = await (withinMs === undefined
      ? asking
      : Promise.race([asking, pass(withinMs, [undefined], { signal: late.signal })]));
    late.abort();
    const roleIds = [...occasion.roleIds, ...roles.flatMap((some) => some ?? [])];
    return { ...occasion, roleIds, areRolesKnown: !roles.includes(undefined) };
  }

  /** Undefined while it cannot be known whose roles those are: a server that is down shows none. */
  #serversToAsk({ guilds }: Client, { serverWithRoles }: Occasion): Guild[] | undefined {
    const { allowedRoles, blockedRoles } = this.#options.settings();
    const listed = [...allowedRoles, ...blockedRoles];
    const isOf = (guild: Guild) => (role: string) => guild.roles.cache.has(role);
    const servers = [...guilds.cache.values()];
    const isOfNone = listed.some((role) => !servers.some((guild) => isOf(guild)(role)));
    if (isOfNone && servers.some(({ available }) => !available)) return undefined;
    return servers.filter((guild) => guild.id !== serverWithRoles && listed.some(isOf(guild)));
  }

  #rolesIn(guild: Guild, user: User): Promise<string[] | undefined> {
    const { now = Date.now } = this.#options;
    const key = `${guild.id} ${user.id}`;
    const known = this.#known.get(key);
    if (known !== undefined && Math.abs(now() - known.at) < freshMs) return known.roleIds;
    const roleIds = this.#ask(guild, user);
    this.#known.delete(key);
    this.#known.set(key, { at: now(), roleIds });
    roleIds.then((found) => {
      if (found === undefined && this.#known.get(key)?.roleIds === roleIds) this.#known.delete(key);
    });
    return roleIds;
  }

  async #ask(guild: Guild, user: User): Promise<string[] | undefined> {
    try {
      const member = await guild.members.fetch({ user, cache: false, force: true });
      return [...member.roles.cache.keys()];
    } catch (error) {
      if (isNobodyThere(error)) return [];
      this.#options.log.warn({ server: guild.id, user: user.id, error: describeError(error) }, unknown);
      return undefined;
    }
  }
}

const unknown = "Discord does not say which roles somebody has: they are not heard where that decides it";

function isNobodyThere(error: unknown): boolean {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.UnknownMember || error.code === RESTJSONErrorCodes.UnknownUser)
  );
}
