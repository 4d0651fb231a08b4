import { type Client, Events, GatewayCloseCodes, RESTEvents } from "discord.js";
import { UserError } from "../../errors.ts";

const portal = "https://discord.com/developers/applications";
/** A gateway that accepts a connection and then says nothing. */
const patienceMs = 60_000;

interface Login {
  ready: Client<true>;
  /** Resolves when Discord ends the connection and will not take it up again. */
  closed: Promise<Error>;
}

/** Discord does not let the bot read what does not speak to it; all else works without that. */
export class ContentRefused extends UserError {
  constructor() {
    super("Discord does not let the bot read messages: its Message Content Intent is off.", {
      fix: `Open ${portal} → your application → Bot → Privileged Gateway Intents, switch on Message Content Intent, and start the bot again.`,
    });
  }
}

/** Logs in; an account that is not set up yet gets the steps that are missing. */
export async function logIn(client: Client, token: string | undefined, signal?: AbortSignal): Promise<Login> {
  if (token === undefined || token.trim() === "") throw missingToken();
  const closed = new Promise<Error>((resolve) => {
    client.once(Events.ShardDisconnect, ({ code }) => resolve(closeError(code)));
    client.once(Events.Invalidated, () => resolve(unreachable("it ended the session")));
    client.rest.on(RESTEvents.Response, ({ path }, { status }) => {
      // Interactions and webhooks have tokens of their own, which end.
      if (status === 401 && !/^\/(?:interactions|webhooks)\//.test(path)) resolve(refusedToken());
    });
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const ready = await new Promise<Client<true>>((resolve, reject) => {
      client.once(Events.ClientReady, resolve);
      closed.then(reject);
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      client.login(token.trim()).catch((error) => reject(loginError(error)));
      timer = setTimeout(() => reject(unreachable("it said nothing for a minute")), patienceMs);
    });
    return { ready, closed };
  } catch (error) {
    await client.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** `orGive` is a flag that does without one. */
export function missingToken({ orGive }: { orGive?: string } = {}): UserError {
  const instead =
    orGive === undefined ? "" : ` Or give ${orGive}, from the application's General Information.`;
  return new UserError("There is no Discord token.", {
    fix: `Open ${portal} → New Application → Bot → Reset Token, and put DISCORD_TOKEN=… into a file named .env here.${instead}`,
  });
}

export function refusedToken(cause?: unknown): UserError {
  return new UserError("Discord does not accept the token.", {
    fix: `Open ${portal} → your application → Bot → Reset Token, and put the new one into .env as DISCORD_TOKEN.`,
    cause,
  });
}

function unreachable(why: string, cause?: unknown): UserError {
  return new UserError(`Discord cannot be reached: ${why}.`, {
    fix: "Check the network, and --discord-api when it is set; then start the bot again.",
    cause,
  });
}

/** Whether Discord refuses what the bot asks to hear: by itself, the client only says so in words. */
export function refusesIntents(error: unknown): boolean {
  return (error as Partial<Error>).message?.includes("disallowed intents") ?? false;
}

function loginError(error: unknown): Error {
  const { code, status, message } = error as { code?: unknown; status?: unknown; message?: string };
  if (code === "TokenInvalid" || status === 401) return refusedToken(error);
  if (refusesIntents(error)) return closeError(GatewayCloseCodes.DisallowedIntents);
  return unreachable(message || String(code ?? error), error);
}

function closeError(code: number): Error {
  if (code === GatewayCloseCodes.AuthenticationFailed) return refusedToken();
  if (code === GatewayCloseCodes.DisallowedIntents) return new ContentRefused();
  return unreachable(`it closed the connection with code ${code}`);
}
