import { type Chosen, discordChoices, withDefaults } from "../../../src/choices/index.ts";
import { type DiscordSettings, StateFile } from "../../../src/serve/index.ts";

/** What `persona.json` would say of Discord. */
export function settingsWith(chosen: Chosen<typeof discordChoices> = {}): () => DiscordSettings {
  const settings = withDefaults(discordChoices, chosen);
  return () => settings;
}

/** What the bot knows of accounts until the test ends: that it is an AI, all of them were told. */
export function newState(): StateFile {
  return new ToldState(undefined, () => {});
}

class ToldState extends StateFile {
  override get current() {
    const told = Object.assign([], { includes: () => true });
    return { ...super.current, told };
  }
}
