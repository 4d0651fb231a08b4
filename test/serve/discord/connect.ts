import { pino } from "pino";
import { expect, onTestFinished, vi } from "vitest";
import type { Turn } from "../../../src/handoffs/index.ts";
import { type Bot, type BotOptions, Memories, type Persona, startBot } from "../../../src/serve/index.ts";
import { type DiscordServer, goodToken, startDiscordServer } from "../../discord-server/index.ts";
import { mannersWith } from "../manners-with.ts";
import { newState, settingsWith } from "./settings-with.ts";

/** A bot and its Discord, both closed when the test has finished. */
export async function connect(
  options: Partial<BotOptions> = {},
  refused?: string,
): Promise<{ server: DiscordServer; bot: Bot }> {
  const server = await startDiscordServer({ refuses: (channel) => channel === refused });
  onTestFinished(server.close);
  const bot = await startBot({ ...defaults(server.api), ...options });
  onTestFinished(bot.close);
  return { server, bot };
}

export function defaults(discordApi: string): BotOptions {
  const log = pino({ level: "silent" });
  const persona = scripted((turns) => [`${turns.at(-1)?.speaker}: ${lastWords(turns)}`]);
  const memories = new Memories({ persona: persona.name });
  const manners = mannersWith({});
  return {
    persona,
    memories,
    manners,
    token: goodToken,
    settings: settingsWith(),
    state: newState(),
    friendOf: () => undefined,
    discordApi,
    log,
  };
}

/** A persona whose words the test chooses; the engine has tests of its own. */
export function scripted(bubblesFor: (turns: Turn[]) => string[] | Promise<string[]>): Persona {
  return {
    name: "Ana",
    about: "run 1234, trained on gpt2-large",
    labelOf: (name) => name ?? "Friend",
    async *reply(memory) {
      memory.beginAnswer();
      const bubbles = await bubblesFor(memory.turns);
      for (const bubble of bubbles) yield { type: "bubble-end", bubble };
      const ending = bubbles.length > 0 ? "said" : "silent";
      yield { type: "reply-end", outcome: { ending, bubbles: bubbles.length, candidates: [], tokens: 0 } };
    },
    engine: "a script",
    async *replies() {},
    chanceOfSpeaking: async () => undefined,
    weigh: async () => undefined,
    withModel: () => Promise.reject(new Error("a script has no model")),
    forget: () => {},
    note: async () => undefined,
    close: async () => {},
  };
}

export function lastWords(turns: Turn[]): string {
  return turns.at(-1)?.bubbles.at(-1) ?? "";
}

/** Patient, so that a busy machine is no failure. */
export async function eventually(holds: () => void): Promise<void> {
  await vi.waitFor(holds, { timeout: 30_000 });
}

/** A log, and the lines that were written to it. */
export function newLog() {
  const lines: string[] = [];
  return { lines, log: pino({}, { write: (line) => void lines.push(line) }) };
}

export async function answered(server: DiscordServer, commands: number): Promise<void> {
  await eventually(() => expect(server.answers.length).toBe(commands));
}

export async function sent(server: DiscordServer, count: number): Promise<void> {
  await eventually(() => expect(server.sent.length).toBeGreaterThanOrEqual(count));
}

export function contents(server: DiscordServer): string[] {
  return server.sent.map(({ content }) => content);
}
