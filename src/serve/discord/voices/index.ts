export { Cast } from "./cast.ts";
export { Looks } from "./look.ts";
export { isOwnRole, mentionsBot, withoutOwnMentions } from "./own-mentions.ts";
export { answersOwnWebhook, isOfBot, isOwnMessage } from "./own-messages.ts";
export { placesAround } from "./places-around.ts";
export { Profiles } from "./profiles.ts";
export type { Voice, VoiceOffer, VoiceSource } from "./voice.ts";
export { Webhooks } from "./webhooks.ts";
