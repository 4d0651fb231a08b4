import type { Client } from "discord.js";
import type { Logger } from "pino";
import type { Persona } from "../../persona.ts";

/** Says in the bot's profile what it is, unless its owner has written something there. */
export async function describeInProfile(
  { application }: Client<true>,
  persona: Described,
  log: Logger,
): Promise<void> {
  if (application.description !== "") return;
  try {
    await application.edit({ description: profileText(persona) });
  } catch (error) {
    log.warn({ error: String(error) }, "its profile does not say yet that it is an AI");
  }
}

type Described = Pick<Persona, "name" | "isModel">;

export function profileText({ name, isModel = false }: Described): string {
  const who = isModel
    ? `I am an AI, ${name}, and no person`
    : `I am an AI that writes like ${name}. I am not ${name}`;
  return `${who}, and I make things up. /about tells more, /optout has me never hear you.`;
}
