import type { Client } from "discord.js";
import type { Logger } from "pino";
import type { Persona } from "../../persona.ts";
import type { Say } from "../words.ts";

/** Says in the bot's profile what it is, unless its owner has written something there. */
export async function describeInProfile(
  { application }: Client<true>,
  { persona, say, log }: { persona: Described; say: Say; log: Logger },
): Promise<void> {
  if (application.description !== "") return;
  try {
    await application.edit({ description: profileText(persona, say) });
  } catch (error) {
    log.warn({ error: String(error) }, "its profile does not say yet that it is an AI");
  }
}

type Described = Pick<Persona, "name" | "isModel">;

export function profileText({ name, isModel = false }: Described, say: Say): string {
  return say(isModel ? "modelProfile" : "profile", { name });
}
