import type { discordChoices, Settled } from "../../../choices/index.ts";

/** What `persona.json` and flags say of Discord, with every default. */
export type DiscordSettings = Settled<typeof discordChoices>;
