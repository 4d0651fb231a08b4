export { Cast } from "./cast.ts";
export { placesAround } from "./places-around.ts";
export type { Voice, VoiceOffer, VoiceSource } from "./voice.ts";
