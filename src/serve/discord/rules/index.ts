export { draftModal } from "./draft-card.ts";
export { Rules } from "./rules.ts";
export type { DiscordSettings } from "./settings.ts";
