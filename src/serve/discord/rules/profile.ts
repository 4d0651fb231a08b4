import type { Client } from "discord.js";
import type { Logger } from "pino";
import type { Say } from "../words.ts";
import type { Introduced } from "./first-contact.ts";

/** Says in the bot's profile what it is, unless its owner has written something there. */
export async function describeInProfile(
  { application }: Client<true>,
  { persona, say, log }: { persona: Introduced; say: Say; log: Logger },
): Promise<void> {
  if (application.description !== "") return;
  try {
    await application.edit({ description: profileText(persona, say) });
  } catch (error) {
    log.warn({ error: String(error) }, "its profile does not say yet that it is an AI");
  }
}

export function profileText({ name, isModel = false }: Introduced, say: Say): string {
  return say(isModel ? "modelProfile" : "profile", { name });
}
