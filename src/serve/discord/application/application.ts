import {
  type APIApplication,
  ApplicationFlags,
  ApplicationIntegrationType,
  REST,
  type RESTGetCurrentApplicationResult,
  Routes,
} from "discord.js";
import { refusedToken } from "../login.ts";

/** What Discord says of the application that a token belongs to. */
export interface Application {
  id: string;
  /** What people see. */
  name: string;
  /** Whether it may read what does not speak to it. */
  isReading: boolean;
  /** Whether anybody may invite it. */
  isPublic: boolean;
  /** About how many servers it is in, and how many accounts it was added to; undefined where Discord does not say. */
  servers: number | undefined;
  accounts: number | undefined;
  /** How people may add it. */
  installs: { toServers: boolean; toAccounts: boolean };
}

/**
 * Undefined when Discord cannot be reached.
 *
 * @throws {UserError} for a token that Discord does not accept.
 */
export async function readApplication(token: string, discordApi?: string): Promise<Application | undefined> {
  const api = discordApi === undefined ? {} : { api: discordApi };
  const rest = new REST({ timeout: 5000, retries: 0, ...api }).setToken(token.trim());
  try {
    return described((await rest.get(Routes.currentApplication())) as RESTGetCurrentApplicationResult);
  } catch (error) {
    if ((error as { status?: number }).status === 401) throw refusedToken(error);
    return undefined;
  }
}

const readingFlags = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

function described(application: APIApplication): Application {
  const { id, name, bot, flags, bot_public, integration_types_config: installs } = application;
  return {
    id,
    name: bot?.username ?? name,
    isReading: (flags & readingFlags) !== 0,
    isPublic: bot_public,
    servers: application.approximate_guild_count,
    accounts: application.approximate_user_install_count,
    installs: {
      toServers: installs === undefined || ApplicationIntegrationType.GuildInstall in installs,
      toAccounts: installs !== undefined && ApplicationIntegrationType.UserInstall in installs,
    },
  };
}
