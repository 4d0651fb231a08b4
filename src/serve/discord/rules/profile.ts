import { type Client, Routes } from "discord.js";
import type { Logger } from "pino";

/** Says in the bot's profile what it is, unless its owner has written something there. */
export async function describeInProfile(
  { application, rest }: Client<true>,
  name: string,
  log: Logger,
): Promise<void> {
  if (application.description !== "") return;
  try {
    // As Discord's published description has it; the client sends a text alone.
    await rest.patch(Routes.currentApplication(), { body: { description: { default: profileText(name) } } });
  } catch (error) {
    log.warn({ error: String(error) }, "its profile does not say yet that it is an AI");
  }
}

export function profileText(name: string): string {
  return `I am an AI that writes like ${name}. I am not ${name}, and I make things up. /about tells more, /optout has me never hear you.`;
}
