export { type Application, inviteLinks, permissionsAsked, readApplication } from "./application/index.ts";
export { type Bot, type BotOptions, startBot } from "./bot.ts";
export { modeAmong } from "./hearing/index.ts";
export { missingToken } from "./login.ts";
export { People, StateFile } from "./people/index.ts";
export { channelMatcher, type Place } from "./places.ts";
export type { DiscordSettings } from "./rules/index.ts";
export type { VoiceOffer, VoiceSource } from "./voices/index.ts";
