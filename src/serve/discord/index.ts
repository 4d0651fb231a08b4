export { type Application, readApplication } from "./application.ts";
export { type Bot, type BotOptions, startBot } from "./bot.ts";
export { inviteLinks, permissionsAsked } from "./invite.ts";
export { missingToken } from "./login.ts";
export { People, StateFile } from "./people/index.ts";
export { channelMatcher, type Place } from "./places.ts";
export type { DiscordSettings } from "./rules/index.ts";
export type { VoiceOffer, VoiceSource } from "./voices/index.ts";
