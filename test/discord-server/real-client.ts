import { once } from "node:events";
import { Client, type ClientOptions, Events, GatewayIntentBits as Intents, Partials } from "discord.js";
import { onTestFinished } from "vitest";
import { type DiscordServer, goodToken, startDiscordServer } from "./index.ts";

export const allIntents = [
  Intents.Guilds,
  Intents.GuildMessages,
  Intents.GuildMessageReactions,
  Intents.GuildMessageTyping,
  Intents.DirectMessages,
  Intents.DirectMessageReactions,
  Intents.MessageContent,
];

/** A Discord and the real client on it, both closed when the test has finished. */
export async function connectClient(
  settings: Parameters<typeof startDiscordServer>[0] = {},
  options: Partial<ClientOptions> = {},
): Promise<{ server: DiscordServer; client: Client<true> }> {
  const server = await startDiscordServer(settings);
  onTestFinished(server.close);
  return { server, client: await logIn(server, options) };
}

export async function logIn(
  server: DiscordServer,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = new Client({
    intents: allIntents,
    partials: [Partials.Channel, Partials.Message, Partials.Reaction],
    allowedMentions: { parse: [], repliedUser: false },
    rest: { api: server.api },
    ...options,
  });
  onTestFinished(() => client.destroy());
  const ready = once(client, Events.ClientReady);
  await client.login(goodToken);
  await ready;
  return client as Client<true>;
}

/** The next time that something happens, once `act` was done. */
export async function next<Value>(client: Client, event: string, act: () => unknown): Promise<Value> {
  const happening = once(client, event);
  await act();
  const [value] = await happening;
  return value as Value;
}
