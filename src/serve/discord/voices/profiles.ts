import { type Client, DiscordAPIError, Events, type Guild, RESTJSONErrorCodes } from "discord.js";
import type { StateFile } from "../people/index.ts";
import type { Cast } from "./cast.ts";
import { hasLook, type LookSettings, type Looks, rememberLook } from "./look.ts";

interface ProfilesOptions {
  cast: Pick<Cast, "inServer">;
  settings: () => Pick<LookSettings, "profile">;
  looks: Looks;
  state: StateFile;
  /** Told what is not as it should be, with the id of the server. */
  warn(server: string, problem: string, error?: unknown): void;
}

/** The bot's own profile in each server: that of whoever speaks there. */
export class Profiles {
  readonly #client: Client;
  readonly #options: ProfilesOptions;
  /** Servers whose refusal was said. */
  readonly #refused = new Set<string>();

  constructor(client: Client, options: ProfilesOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Has the bot look like whoever speaks, in every server that it is in or joins. */
  async wear(): Promise<void> {
    this.#client.on(Events.GuildCreate, (guild) => void this.wearIn(guild.id));
    await this.wearAnew();
  }

  /** Has the bot look as it is said to now, wherever it is. */
  async wearAnew(): Promise<void> {
    for (const id of this.#client.guilds.cache.keys()) await this.wearIn(id);
  }

  /** Discord is told only what it does not know yet: an avatar may seldom be changed. */
  async wearIn(id: string): Promise<void> {
    const { cast, looks, settings, state, warn } = this.#options;
    const guild = this.#client.guilds.cache.get(id);
    if (guild === undefined || !settings().profile) return;
    try {
      const look = await looks.of(cast.inServer(guild.id).persona.name);
      if (hasLook(state, guild.id, look)) return;
      await this.#change(guild, { avatar: look.avatar ?? null, bio: look.bio ?? null, nick: look.name });
      await rememberLook(state, guild.id, look);
    } catch (error) {
      warn(guild.id, "the profile in a server stays as it was", error);
    }
  }

  /** Where it may not change its name, it changes the rest. */
  async #change(
    guild: Guild,
    { nick, ...rest }: { nick: string; avatar: string | null; bio: string | null },
  ) {
    try {
      await guild.members.editMe({ nick, ...rest });
    } catch (error) {
      if (!isForbidden(error)) throw error;
      if (!this.#refused.has(guild.id))
        this.#options.warn(guild.id, "the bot may not change its name in a server: it lacks Change Nickname");
      this.#refused.add(guild.id);
      await guild.members.editMe(rest);
    }
  }
}

function isForbidden(error: unknown): boolean {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.MissingPermissions || error.code === RESTJSONErrorCodes.MissingAccess)
  );
}
