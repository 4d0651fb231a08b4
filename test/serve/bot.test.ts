import { pino } from "pino";
import { afterEach, expect, test, vi } from "vitest";
import type { Turn } from "../../src/handoffs/index.ts";
import {
  type Bot,
  type BotOptions,
  keepMemories,
  Memories,
  type Persona,
  startBot,
} from "../../src/serve/index.ts";
import { type DiscordServer, goodToken, ids, startDiscordServer } from "../discord-server/index.ts";
import { newWorkspace } from "../new-workspace.ts";
import { newState, settingsWith } from "./discord/settings-with.ts";
import { mannersWith } from "./manners-with.ts";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test("answers direct messages, mentions, replies and open channels, and nothing else", async () => {
  const { server } = await connect();
  server.write({ channel: ids.busy, content: "not for the bot" });
  server.write({ channel: ids.direct, content: "direct" });
  server.write({ channel: ids.open, content: "open" });
  server.write({ channel: ids.busy, content: `<@${ids.bot}> mentioned`, mentions: [ids.bot] });
  await sent(server, 3);
  server.write({ channel: ids.busy, content: "replied", isReply: true });
  await sent(server, 4);

  expect(contents(server).toSorted()).toEqual([
    "Friend: direct",
    "Friend: mentioned",
    "Friend: open",
    "Friend: replied",
  ]);
  expect(server.sent[3]?.message_reference).toBeDefined();
});

test.each([
  ["a name with #", "#general"],
  ["an id", ids.busy],
  ["a part of the name", "gen*"],
])("%s opens a channel, and only that one", async (_, channel) => {
  const { server, bot } = await connect({ settings: settingsWith({ channels: [channel] }) });
  server.write({ channel: ids.open, content: "elsewhere" });
  server.write({ channel: ids.busy, content: "here" });
  await sent(server, 1);

  expect(contents(server)).toEqual(["Friend: here"]);
  expect(bot.places).toContainEqual({ id: ids.busy, name: "general" });
});

test("never answers bots, webhooks or empty messages", async () => {
  const { server } = await connect();
  server.write({ channel: ids.open, content: "I am a bot", author: ids.otherBot });
  server.write({ channel: ids.open, content: "I am a webhook", webhook: "500000000000000001" });
  server.write({ channel: ids.open, content: "", mentions: [ids.bot] });
  server.write({ channel: ids.open, content: "I am Ben" });
  await sent(server, 1);

  expect(contents(server)).toEqual(["Friend: I am Ben"]);
});

test("a burst is several messages, and nothing in it pings anybody", async () => {
  const { server } = await connect({ persona: scripted(() => ["@everyone", `<@${ids.ben}> hi`, "bye"]) });
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 3);

  expect(contents(server)).toEqual(["@everyone", `<@${ids.ben}> hi`, "bye"]);
  for (const { allowed_mentions } of server.sent)
    expect(allowed_mentions).toEqual({ parse: [], replied_user: false });
});

test("a bubble over 2,000 characters is split between words", async () => {
  const long = "word ".repeat(1000).trim();
  const { server } = await connect({ persona: scripted(() => [long, "🦜".repeat(1500)]) });
  server.write({ channel: ids.direct, content: "tell me everything" });
  await sent(server, 5);

  expect(contents(server).slice(0, 3).join(" ")).toBe(long);
  expect(contents(server).slice(3).join("")).toBe("🦜".repeat(1500));
});

test("who writes while it thinks has it think again, and channels do not wait for each other", async () => {
  const gate = new Map<string, () => void>();
  const slow = scripted(async (turns) => {
    const words = lastWords(turns);
    if (words.startsWith("slow")) await new Promise<void>((resolve) => gate.set(words, resolve));
    return [`re ${words} (${turns.length} turns)`];
  });
  const { server } = await connect({ persona: slow });
  server.write({ channel: ids.open, content: "slow 1" });
  await eventually(() => expect(gate.has("slow 1")).toBe(true));
  server.write({ channel: ids.open, content: "slow 2" });
  server.write({ channel: ids.direct, content: "quick" });
  await sent(server, 1);
  expect(gate.has("slow 2")).toBe(false);
  gate.get("slow 1")?.();
  await eventually(() => expect(gate.has("slow 2")).toBe(true));
  gate.get("slow 2")?.();
  await sent(server, 2);

  // What it thought of the first message is not said: the answer is one to both.
  expect(contents(server)).toEqual(["re quick (1 turns)", "re slow 2 (1 turns)"]);
  expect(new Set(server.typed)).toEqual(new Set([ids.open, ids.direct]));
});

test("the heart beats while the persona thinks", async () => {
  let finish = () => {};
  const { server } = await connect({
    persona: scripted(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return ["done"];
    }),
  });
  server.write({ channel: ids.direct, content: "think" });
  await eventually(() => expect(server.typed).toContain(ids.direct));
  const before = server.heartbeats;
  await eventually(() => expect(server.heartbeats).toBeGreaterThan(before + 2));
  finish();
  await sent(server, 1);
});

test("/reset forgets the channel, /about says that it is an AI and which run it is", async () => {
  const { server } = await connect({ persona: scripted((turns) => [`${turns.length} turns`]) });
  server.write({ channel: ids.direct, content: "one" });
  await sent(server, 1);
  server.write({ channel: ids.direct, content: "two" });
  await sent(server, 2);
  server.command("reset", ids.direct);
  await answered(server, 1);
  server.write({ channel: ids.direct, content: "three" });
  await sent(server, 3);
  server.command("about", ids.direct);
  await answered(server, 2);

  expect(contents(server)).toEqual(["1 turns", "3 turns", "1 turns"]);
  expect(server.commands.toSorted()).toEqual(["about", "forgetme", "reset"]);
  expect(server.answers[1]).toMatch(/I am an AI that writes like Ana; I am not Ana.*run 1234/);
});

test("a channel is remembered after a restart, and what is reset while it is answered stays forgotten", async () => {
  const { conversations: folder } = await newWorkspace();
  const keep = () => keepMemories({ persona: "Ana", folder, keepDays: 14, passedOver: () => {} });
  const first = await keep();
  const { server, bot } = await connect({ memories: first });
  server.write({ channel: ids.direct, content: "one" });
  await sent(server, 1);
  await eventually(() => expect(first.get(ids.direct).turns.length).toBe(2));
  await bot.close();
  await first.close();

  const second = await keep();
  closing.push(() => second.close());
  let finish = () => {};
  const persona = scripted(async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return ["too late"];
  });
  const { server: again } = await connect({ memories: second, persona });
  again.write({ channel: ids.direct, content: "two" });
  await eventually(() => expect(again.typed.length).toBeGreaterThan(0));
  const bubbles = second.get(ids.direct).turns.map((turn) => turn.bubbles);
  expect(bubbles).toEqual([["one"], ["Friend: one"], ["two"]]);
  again.command("reset", ids.direct);
  await answered(again, 1);
  finish();

  expect(second.get(ids.direct).turns).toEqual([]);
});

test("/about tells the owner's note and how long it remembers, and /forgetme forgets one friend's words", async () => {
  const note = { words: "in Lisbon", notedOn: new Date(2026, 10, 29).getTime(), until: null };
  const persona = { ...scripted((turns) => [`${turns.length} turns`]), note: async () => note };
  const { server } = await connect({ persona });
  server.write({ channel: ids.direct, content: "one" });
  await sent(server, 1);
  server.command("about", ids.direct);
  await answered(server, 1);
  server.command("forgetme", ids.direct);
  await answered(server, 2);
  server.command("forgetme", ids.direct);
  await answered(server, 3);

  expect(server.answers[0]).toContain("remember a channel until /reset or a restart");
  expect(server.answers[0]).toContain("Ana at the moment: in Lisbon (noted on 2026-11-29)");
  expect(server.answers.slice(1)).toEqual([
    "I have forgotten what you said to me.",
    "I remember nothing of yours.",
  ]);
});

test("/about counts a single day as one", async () => {
  const { server } = await connect({ memories: new Memories({ persona: "Ana", keepDays: 1 }) });
  server.command("about", ids.direct);
  await answered(server, 1);

  expect(server.answers[0]).toContain("until /reset, for 1 day at most");
});

test("what is being answered when its writer is forgotten is not answered any more, and nothing of it is kept evaluated", async () => {
  const thinking: (() => void)[] = [];
  const forgotten: string[] = [];
  const persona = scripted(async (turns) => {
    if (lastWords(turns) === "one") await new Promise<void>((resolve) => thinking.push(resolve));
    return [`re ${lastWords(turns)}`];
  });
  const { server } = await connect({ persona: { ...persona, forget: (id) => void forgotten.push(id) } });
  server.write({ channel: ids.direct, content: "one" });
  await eventually(() => expect(thinking.length).toBe(1));
  server.command("forgetme", ids.direct);
  await answered(server, 1);
  thinking[0]?.();
  server.write({ channel: ids.direct, content: "two" });
  await eventually(() => expect(contents(server)).toContain("re two"));

  expect(contents(server)).toEqual(["re two"]);
  expect(forgotten).toEqual([ids.direct]);
});

test("friends who are mapped speak under the name that training knows", async () => {
  const { server } = await connect({ friendOf: (id) => (id === ids.ben ? "Ben Ito" : undefined) });
  server.write({ channel: ids.direct, content: "hi" });
  await sent(server, 1);

  expect(contents(server)).toEqual(["Ben Ito: hi"]);
});

test("a channel that refuses messages is logged without a word of it, and others go on", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({ log }, ids.open);
  server.write({ channel: ids.open, content: "secret words" });
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 1);
  await eventually(() => expect(lines.join("")).toContain("Missing Permissions"));

  expect(lines.join("")).toContain(ids.open);
  expect(lines.join("")).not.toMatch(/secret|hello/);
});

test("a message that cannot be remembered is logged without a word of it, and others are answered", async () => {
  const { lines, log } = newLog();
  const openMask = () => (words: string) => {
    if (words.includes("secret")) throw new Error("no such file");
    return words;
  };
  const { server } = await connect({
    memories: new Memories({ persona: "Ana", openMask }),
    log,
  });
  server.write({ channel: ids.direct, content: "secret words" });
  await eventually(() => expect(lines.join("")).toContain("a message was not answered"));
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 1);

  expect(contents(server)).toEqual(["Friend: hello"]);
  expect(lines.join("")).not.toContain("secret");
});

test("a persona with nothing to say is told apart in the log from one that answered", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({
    log,
    persona: scripted((turns) => (lastWords(turns) === "bye" ? [] : ["hello"])),
  });
  server.write({ channel: ids.direct, content: "hi" });
  await sent(server, 1);
  server.write({ channel: ids.direct, content: "bye" });
  await eventually(() => expect(lines.length).toBe(2));

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: "answered", ending: "said", bubbles: 1 },
    { msg: "nothing to say", ending: "silent", bubbles: 0 },
  ]);
});

test("a burst is answered once, when it is over", async () => {
  const { server } = await connect({ manners: mannersWith({ patience: 0.02 }) });
  server.write({ channel: ids.direct, content: "are you" });
  server.write({ channel: ids.direct, content: "coming" });
  server.write({ channel: ids.direct, content: "tonight?" });
  await sent(server, 1);
  server.write({ channel: ids.direct, content: "bye" });
  await sent(server, 2);

  expect(contents(server)).toEqual(["Friend: tonight?", "Friend: bye"]);
});

test("in a group it speaks where its turn is probable or somebody speaks to it, else the log says why not", async () => {
  const { lines, log } = newLog();
  const persona = scripted((turns) => [`re ${lastWords(turns)}`]);
  const { server } = await connect({
    persona: { ...persona, chanceOfSpeaking: async (turns) => (lastWords(turns).endsWith("?") ? 0.9 : 0.1) },
    manners: mannersWith({ talkativeness: 1 }),
    log,
    friendOf: (id) => (id === ids.ben ? "Ben" : "Zoe"),
  });
  server.write({ channel: ids.open, content: "alone with it" });
  await sent(server, 1);
  server.write({ channel: ids.open, content: "now we are two", author: ids.zoe });
  await eventually(() => expect(lines.join("")).toContain("stayed silent"));
  server.write({ channel: ids.open, content: "who is in?", author: ids.zoe });
  await sent(server, 2);
  server.write({ channel: ids.open, content: `<@${ids.bot}> you too`, mentions: [ids.bot] });
  await sent(server, 3);

  expect(contents(server)).toEqual(["re alone with it", "re who is in?", "re you too"]);
  expect(lines.map((line) => JSON.parse(line)).find(({ why }) => why)).toMatchObject({
    channel: ids.open,
    why: "its turn has a probability of 0.100, and it speaks from 0.500 on",
  });
});

test("who mentions it while an answer is given to its end is answered too", async () => {
  const thinking: (() => void)[] = [];
  const persona = scripted(async (turns) => {
    await new Promise<void>((resolve) => thinking.push(resolve));
    return [`re ${lastWords(turns.filter(({ isPersona }) => !isPersona))}`];
  });
  const memories = new Memories({ persona: "Ana" });
  memories.get(ids.open).hear("Zoe", "hi");
  const { server } = await connect({
    persona: { ...persona, chanceOfSpeaking: async () => 0.1 },
    memories,
    manners: mannersWith({ talkativeness: 1 }),
    friendOf: () => "Ben",
  });
  // After three interruptions it is not interrupted any more.
  for (const [index, words] of ["one", "two", "three", "four", "five"].entries()) {
    server.write({ channel: ids.open, content: `<@${ids.bot}> ${words}`, mentions: [ids.bot] });
    await eventually(() => expect(lastWords(memories.get(ids.open).turns)).toBe(words));
    if (index > 0) thinking[index - 1]?.();
    if (index < 4) await eventually(() => expect(thinking.length).toBe(index + 1));
  }
  await eventually(() => expect(thinking.length).toBe(5));
  thinking[4]?.();
  await sent(server, 2);

  expect(contents(server)).toEqual(["re four", "re five"]);
});

test("a lost connection is taken up again", async () => {
  const { server } = await connect();
  server.drop();
  await vi.waitFor(
    () => {
      server.write({ channel: ids.direct, content: "still there?" });
      expect(contents(server)).toContain("Friend: still there?");
    },
    { timeout: 60_000, interval: 300 },
  );
}, 90_000);

test.each([
  ["no token", { token: undefined }, {}, "There is no Discord token", "Reset Token"],
  ["a wrong token", { token: "wrong" }, {}, "does not accept the token", "Reset Token"],
  [
    "the intent off",
    {},
    { hasMessageContentIntent: false },
    "Message Content Intent is off",
    "Privileged Gateway Intents",
  ],
  ["nobody there", { discordApi: "http://127.0.0.1:9/api" }, {}, "cannot be reached", "Check the network"],
])("%s: says what to do", async (_name, options, server, problem, fix) => {
  const { api, close } = await startDiscordServer(server);
  closing.push(close);
  const start = startBot({ ...defaults(api), ...options });

  await expect(start).rejects.toMatchObject({
    message: expect.stringContaining(problem),
    fix: expect.stringContaining(fix),
  });
});

test("a bot whose commands are refused answers all the same, and the log says so", async () => {
  const { lines, log } = newLog();
  const server = await startDiscordServer({ refusesCommands: true });
  closing.push(server.close);
  const bot = await startBot({ ...defaults(server.api), log });
  closing.push(bot.close);
  server.write({ channel: ids.direct, content: "hello" });
  await sent(server, 1);

  expect(lines.join("")).toContain("Discord refused the commands");
});

async function connect(
  options: Partial<BotOptions> = {},
  refused?: string,
): Promise<{ server: DiscordServer; bot: Bot }> {
  const server = await startDiscordServer({ refuses: (channel) => channel === refused });
  closing.push(server.close);
  const bot = await startBot({ ...defaults(server.api), ...options });
  closing.push(bot.close);
  return { server, bot };
}

function defaults(discordApi: string): BotOptions {
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
function scripted(bubblesFor: (turns: Turn[]) => string[] | Promise<string[]>): Persona {
  return {
    name: "Ana",
    about: "run 1234, trained on gpt2-large",
    labelOf: (name) => name ?? "Friend",
    async *reply({ turns }) {
      const bubbles = await bubblesFor(turns);
      for (const bubble of bubbles) yield { type: "bubble-end", bubble };
      const ending = bubbles.length > 0 ? "said" : "silent";
      yield { type: "reply-end", outcome: { ending, bubbles: bubbles.length, candidates: [], tokens: 0 } };
    },
    engine: "a script",
    chanceOfSpeaking: async () => undefined,
    weigh: async () => undefined,
    withModel: () => Promise.reject(new Error("a script has no model")),
    forget: () => {},
    note: async () => undefined,
    close: async () => {},
  };
}

function lastWords(turns: Turn[]): string {
  return turns.at(-1)?.bubbles.at(-1) ?? "";
}

/** Patient, so that a busy machine is no failure. */
async function eventually(holds: () => void): Promise<void> {
  await vi.waitFor(holds, { timeout: 30_000 });
}

/** A log, and the lines that were written to it. */
function newLog() {
  const lines: string[] = [];
  return { lines, log: pino({}, { write: (line) => void lines.push(line) }) };
}

async function answered(server: DiscordServer, commands: number): Promise<void> {
  await eventually(() => expect(server.answers.length).toBe(commands));
}

async function sent(server: DiscordServer, count: number): Promise<void> {
  await eventually(() => expect(server.sent.length).toBeGreaterThanOrEqual(count));
}

function contents(server: DiscordServer): string[] {
  return server.sent.map(({ content }) => content);
}
