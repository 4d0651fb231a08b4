import type { APIMessage } from "discord.js";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Turn } from "../../../../src/handoffs/index.ts";
import { type BotOptions, keepMemories, Memories, startBot } from "../../../../src/serve/index.ts";
import { type DiscordServer, ids, startDiscordServer } from "../../../discord-server/index.ts";
import { newWorkspace } from "../../../new-workspace.ts";
import { mannersWith } from "../../manners-with.ts";
import { defaults, eventually, lastWords, scripted } from "../connect.ts";
import { newState, settingsWith } from "../settings-with.ts";

const echo = scripted((turns) => [`re ${turns.at(-1)?.bubbles.join(" + ")}`]);

test("what came while it was away is read and answered once, in one answer", async () => {
  const { server, live } = await newLife();
  const ben = server.friend("Ben");
  await live(async () => {
    ben.says("one");
    await server.untilSaid("re one");
  });
  ben.says("are you there?");
  ben.says("hello?");
  await live(async () => {
    await server.untilSaid("re are you there? + hello?");
  });
  await live(async () => {
    ben.says("two");
    await server.untilSaid("re two");
  });

  expect(server.said().map(({ content }) => content)).toEqual([
    "re one",
    "re are you there? + hello?",
    "re two",
  ]);
});

test("what was heard and not answered when it ended is answered when it begins again", async () => {
  const { server, live } = await newLife();
  const ben = server.friend("Ben");
  const never = scripted(() => new Promise<string[]>(() => {}));
  await live(
    async (memories) => {
      ben.says("tea?");
      await eventually(() => expect(lastWords(memories.get(ids.direct).turns)).toBe("tea?"));
    },
    { persona: never },
  );
  await live(async () => {
    await server.untilSaid("re tea?");
  });
});

test("what it decided to leave unanswered is not thought of again when it begins again", async () => {
  const { server, live } = await newLife();
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const decided: string[] = [];
  const chanceOfSpeaking = async (turns: Turn[]) => {
    decided.push(lastWords(turns));
    return lastWords(turns).endsWith("?") ? 0.9 : 0.1;
  };
  const options = {
    persona: { ...echo, chanceOfSpeaking },
    manners: mannersWith({ talkativeness: 1 }),
    friendOf: (id: string) => (id === ids.ben ? "Ben" : "Zoe"),
  };
  await live(async (memories) => {
    ben.says("alone?", { in: ids.open });
    await server.untilSaid("re alone?");
    zoe.says("lunch", { in: ids.open });
    ben.says("yes", { in: ids.open });
    await eventually(() => expect(memories.get(ids.open).lastHeard.at(-1)?.isSettled).toBe(true));
    await eventually(() => expect(memories.get(ids.open).lastHeard.length).toBe(2));
  }, options);
  const before = decided.length;
  await live(async () => {
    ben.says("who pays?", { in: ids.open });
    await server.untilSaid(/who pays\?$/);
  }, options);

  expect(decided.slice(before)).toEqual(["who pays?"]);
});

test("what was forgotten is not read again, whoever asked for it", async () => {
  const { server, live } = await newLife();
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const state = newState();
  await live(
    async (memories) => {
      zoe.says("hi", { in: ids.open });
      await server.untilSaid("re hi");
      ben.says("my secret", { in: ids.open });
      await server.untilSaid(/my secret$/);
      await ben.types("/forgetme").words();
      for (const said of server.said({ in: ids.open }).slice(1)) ben.deletes(said);
      await eventually(() => expect(memories.get(ids.open).newest?.words).toBe("re hi"));
    },
    { state },
  );
  await live(
    async (memories) => {
      zoe.says("and now", { in: ids.open });
      await server.untilSaid(/and now$/);
      expect(memories.get(ids.open).turns.flatMap(({ bubbles }) => bubbles)).not.toContain("my secret");
    },
    { state },
  );
});

test("what was answered by another process meanwhile is not answered again", async () => {
  const { server, live } = await newLife();
  const ben = server.friend("Ben");
  await live(async () => {
    ben.says("one");
    await server.untilSaid("re one");
  });
  ben.says("missed");
  server.write({ channel: ids.direct, content: "an answer from elsewhere", author: ids.bot });
  await live(async (memories) => {
    await eventually(() =>
      expect(lastWords(memories.get(ids.direct).turns)).toBe("an answer from elsewhere"),
    );
    ben.says("two");
    await server.untilSaid("re two");
  });

  expect(server.sent.map(({ content }) => content)).toEqual(["re one", "re two"]);
});

test("a channel that it does not remember, and any where its owner wants none of it, is not read", async () => {
  const { server, live } = await newLife();
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  await live(async () => {
    ben.says("one");
    await server.untilSaid("re one");
  });
  zoe.says("never met");
  ben.says("missed");
  await live(
    async () => {
      ben.says("two");
      await server.untilSaid("re two");
    },
    { settings: settingsWith({ readBack: false }) },
  );

  expect(server.sent.map(({ content }) => content)).toEqual(["re one", "re two"]);
  expect(server.requestsTo("GET /channels/{channel_id}/messages")).toEqual([]);
});

test("what is written while a new session begins is read, and nothing is answered twice", async () => {
  const { server, live } = await newLife();
  const ben = server.friend("Ben");
  await live(async () => {
    ben.says("one");
    await server.untilSaid("re one");
    // Discord does not take the session up again: what came meanwhile is told of nowhere.
    server.gateway.forgetSessions();
    ben.says("in between");
    await server.untilSaid("re in between");
    ben.says("two");
    await server.untilSaid("re two");
  });

  expect(server.sent.map(({ content }) => content)).toEqual(["re one", "re in between", "re two"]);
});

test("a kill word of yesterday silences nobody today", async () => {
  const { server, live } = await newLife();
  const [ben, owner] = [server.friend("Ben"), server.friend("Ana")];
  const settings = settingsWith({ admins: [ids.owner], killWord: "hush" });
  await live(async () => {
    owner.says("one", { in: ids.open });
    await server.untilSaid("re one");
  });
  owner.says("hush", { in: ids.open });
  await live(
    async () => {
      ben.says("two");
      await server.untilSaid("re two");
    },
    { settings },
  );
});

test("a message of before a restart that calls it by an edit is answered, unless it is old or may have been answered", async () => {
  const { server, live } = await newLife();
  const ben = server.friend("Ben");
  const keepingNothing = () => ({ memories: new Memories({ persona: "Ana" }) });
  const tea = ben.says("tea", { in: ids.busy });
  await live(async () => {
    ben.edits(tea, `<@${ids.bot}> tea`);
    await server.untilSaid("re tea");
    ben.edits(tea, `<@${ids.bot}> green tea`);
  }, keepingNothing());
  const cake = ben.says("cake", { in: ids.busy });
  await live(async () => {
    ben.edits(tea, `<@${ids.bot}> black tea`);
    vi.useFakeTimers({ now: Date.now() + 2 * 3_600_000, toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    ben.edits(cake, `<@${ids.bot}> cake`);
    ben.says(`<@${ids.bot}> bye`, { in: ids.busy });
    await server.untilSaid("re bye");
  }, keepingNothing());

  expect(server.said().map(({ content }) => content)).toEqual(["re tea", "re bye"]);
});

test("a branch outlives a restart, and what was replied there meanwhile is answered from its words", async () => {
  const { server, live } = await newLife();
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const persona = scripted((turns) => [turns.map(({ bubbles }) => bubbles.join(" ")).join(" / ")]);
  const old = zoe.says("who brings the cake?", { in: ids.busy });
  let answer: APIMessage | undefined;
  await live(
    async () => {
      ben.replies(old, `<@${ids.bot}> me?`);
      [answer] = await server.untilSaid("who brings the cake? / me?");
    },
    { persona },
  );
  ben.replies(answer as APIMessage, "really?");
  await live(
    async (memories) => {
      await server.untilSaid("who brings the cake? / me? / who brings the cake? / me? / really?");
      expect(memories.get(ids.busy).turns).toEqual([]);
    },
    { persona },
  );
});

test("what was reset is not brought back, by a restart, a call without words or a reply", async () => {
  const { server, live } = await newLife();
  const [ben, zoe] = [server.friend("Ben"), server.friend("Zoe")];
  const state = newState();
  const secret = ben.says("before it came", { in: ids.open });
  await live(
    async () => {
      ben.says("my secret", { in: ids.open });
      await server.untilSaid("re my secret");
      await ben.types("/reset", { in: ids.open }).words();
    },
    { state },
  );
  await live(
    async (memories) => {
      zoe.says(`<@${ids.bot}>`, { in: ids.open });
      await server.untilSaid("re Ana?");
      zoe.replies(secret, "what was that?");
      await server.untilSaid(/what was that\?$/);
      const words = JSON.stringify(memories.get(ids.open).turns);
      expect(words).not.toMatch(/secret|before it came/);
      expect([...memories.under(`${ids.open}/`)].flatMap(({ turns }) => turns).length).toBeLessThanOrEqual(2);
    },
    { state },
  );
});

type Live = (during: (memories: Memories) => Promise<void>, options?: Partial<BotOptions>) => Promise<void>;

/** A Discord on which a bot lives more than once, and remembers. */
async function newLife(): Promise<{ server: DiscordServer; live: Live }> {
  const { conversations: folder } = await newWorkspace();
  const server = await startDiscordServer();
  onTestFinished(server.close);
  return {
    server,
    async live(during, options = {}) {
      const memories = await keepMemories({ persona: "Ana", folder, keepDays: 14, passedOver: () => {} });
      const bot = await startBot({ ...defaults(server.api), persona: echo, memories, ...options });
      try {
        await during(memories);
      } finally {
        await bot.close();
        await memories.close();
      }
    },
  };
}
