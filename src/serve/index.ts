export { type Bot, type BotOptions, startBot } from "./discord/bot.ts";
export { checkToken } from "./discord/login.ts";
export { describeEngine } from "./engines/llama.ts";
export { createMemory, type Memory } from "./memory.ts";
export { openPersona, type Persona, type PersonaFiles, personaOfRun, type ReplySettings } from "./persona.ts";
export { findServedRun } from "./serving.ts";
