import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { keepMemories, Memories, startBot } from "../../../../src/serve/index.ts";
import { ids, startDiscordServer } from "../../../discord-server/index.ts";
import { newWorkspace } from "../../../new-workspace.ts";
import { connect, contents, defaults, eventually, lastWords, newLog } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("what is said in quiet hours is heard, and answered once a channel when they are over", async () => {
  const { lines, log } = newLog();
  setClock("02:00");
  const memories = new Memories({ persona: "Ana" });
  const { server } = await connect({ log, memories, settings: settingsWith({ quietHours: "23:00-07:00" }) });
  const ben = server.friend("Ben");
  for (const words of ["awake?", "hello?", "ok, tomorrow"]) ben.says(words);
  server.friend("Zoe").says("night!", { in: ids.open });
  await eventually(() => expect(lines.filter((line) => line.includes("quiet hours")).length).toBe(4));
  expect(server.sent).toEqual([]);
  const heard = () => memories.get(ben.direct).turns.flatMap(({ bubbles }) => bubbles);
  await eventually(() => expect(heard()).toEqual(["awake?", "hello?", "ok, tomorrow"]));

  setClock("07:00");
  await server.untilSaid(2);
  ben.says("good morning");
  await server.untilSaid("Friend: good morning");
  expect(contents(server).toSorted()).toEqual([
    "Friend: good morning",
    "Friend: night!",
    "Friend: ok, tomorrow",
  ]);
});

test("where the owner wants so, what was said in quiet hours is not answered", async () => {
  const { lines, log } = newLog();
  setClock("23:30");
  const settings = settingsWith({ quietHours: "23:00-07:00", afterQuiet: "silence" });
  const { server } = await connect({ log, settings });
  const ben = server.friend("Ben");
  ben.says("awake?");
  await eventually(() => expect(lines.join("")).toContain("quiet hours"));
  setClock("12:00", 30);
  ben.says("now?");
  await server.untilSaid("Friend: now?");

  expect(contents(server)).toEqual(["Friend: now?"]);
});

test("nor is it after a restart, whether it was heard then or is read later", async () => {
  const { conversations: folder } = await newWorkspace();
  const server = await startDiscordServer();
  onTestFinished(server.close);
  const settings = settingsWith({ quietHours: "23:00-07:00", afterQuiet: "silence" });
  const live = async (during: (memories: Memories) => Promise<void>) => {
    const memories = await keepMemories({ persona: "Ana", folder, keepDays: 14, passedOver: () => {} });
    const bot = await startBot({ ...defaults(server.api), memories, settings });
    await during(memories).finally(async () => {
      await bot.close();
      await memories.close();
    });
  };
  const ben = server.friend("Ben");
  setClock("23:30");
  await live(async (memories) => {
    ben.says("awake?");
    await eventually(() => expect(lastWords(memories.get(ben.direct).turns)).toBe("awake?"));
  });
  setClock("23:40");
  ben.says("hello?");
  setClock("12:00", 30);
  await live(async (memories) => {
    await eventually(() => expect(lastWords(memories.get(ben.direct).turns)).toBe("hello?"));
    ben.says("now?");
    await server.untilSaid("Friend: now?");
  });

  expect(contents(server)).toEqual(["Friend: now?"]);
});

test("a clock that is set back into quiet hours silences it, and one that is set on wakes it", async () => {
  setClock("12:00");
  const { server } = await connect({ settings: settingsWith({ quietHours: "01:00-02:00" }) });
  const ben = server.friend("Ben");
  ben.says("one");
  await server.untilSaid("Friend: one");
  setClock("01:30");
  ben.says("two");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(contents(server)).toEqual(["Friend: one"]);
  setClock("02:30");
  await server.untilSaid("Friend: two");
});

/** The clock on the wall alone: time passes as it does. */
function setClock(time: string, day = 29): void {
  vi.useFakeTimers({ now: new Date(`2026-11-${day}T${time}:00`), toFake: ["Date"] });
}
