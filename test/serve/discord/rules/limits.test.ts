import { expect, test } from "vitest";
import type { Occasion } from "../../../../src/serve/discord/rules/access.ts";
import { Limits } from "../../../../src/serve/discord/rules/limits.ts";
import { ids } from "../../../discord-server/index.ts";
import { connect, contents, eventually, newLog, sent } from "../connect.ts";
import { settingsWith } from "../settings-with.ts";

const minuteMs = 60_000;

test("who writes too much hears one friendly word, then nothing, until some time has passed", () => {
  const { ask, pass } = limits({ perPerson: 2 });
  expect([ask(), ask(), ask(), ask(), ask()]).toEqual([
    "answered",
    "answered",
    "tooMuch",
    "silence",
    "silence",
  ]);
  expect(ask({ userId: ids.zoe })).toBe("answered");
  pass(5 * minuteMs);
  expect([ask(), ask()]).toEqual(["answered", "tooMuch"]);
});

test("a day of silence saves up no more than one window", () => {
  const { ask, pass } = limits({ perPerson: 2 });
  pass(24 * 60 * minuteMs);
  expect([ask(), ask(), ask()].filter((answer) => answer === "answered").length).toBe(2);
});

test("one server's crowd leaves room for others, and strangers' servers together for all of them", () => {
  const { ask } = limits({ perServer: 2, elsewhere: 1 });
  const people = ["1", "2", "3"].map((digit) => digit.padEnd(18, "0"));
  expect(people.map((userId) => ask({ userId }))).toEqual(["answered", "answered", "tooMany"]);
  expect(ask({ serverId: "200000000000000002" })).toBe("answered");
  expect(ask({ serverId: undefined })).toBe("answered");
  const strange = { isMember: false, serverId: "200000000000000003" };
  expect(ask(strange)).toBe("answered");
  expect(ask({ ...strange, serverId: "200000000000000004" })).toBe("tooMany");
});

test("what is refused for a crowd's sake takes nothing from the person", () => {
  const { ask, pass } = limits({ perPerson: 2, overall: 1 });
  expect(ask()).toBe("answered");
  for (let time = 0; time < 10; time++) ask();
  pass(10 * minuteMs);
  expect(ask()).toBe("answered");
});

test("messages over the limit are neither answered nor remembered, and admins have none", async () => {
  const { lines, log } = newLog();
  const { server } = await connect({
    log,
    settings: settingsWith({ perPerson: 1, admins: [ids.zoe] }),
  });
  server.write({ channel: ids.direct, content: "one" });
  await sent(server, 1);
  server.write({ channel: ids.direct, content: "two" });
  server.write({ channel: ids.direct, content: "three" });
  await sent(server, 2);
  for (const content of ["four", "five"]) {
    server.write({ channel: ids.open, content, author: ids.zoe });
    await eventually(() => expect(contents(server)).toContain(`Friend: ${content}`));
  }

  expect(contents(server)).toEqual([
    "Friend: one",
    "That is a lot at once! Give me a few minutes.",
    "Friend: four",
    "Friend: five",
  ]);
  expect(lines.filter((line) => line.includes("its writer wrote too much")).length).toBe(2);
});

/** Limits, and a clock that the test moves. */
function limits(chosen: Parameters<typeof settingsWith>[0]) {
  let now = 0;
  const kept = new Limits(settingsWith(chosen), { now: () => now });
  const usual = { userId: ids.ben, serverId: ids.server, isMember: true } as Occasion;
  return {
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    ask(occasion: Partial<Occasion> = {}): string {
      const refusal = kept.refusalFor({ ...usual, ...occasion });
      return refusal === undefined ? "answered" : (refusal.words ?? "silence");
    },
  };
}
