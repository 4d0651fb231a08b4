import { expect, test } from "vitest";
import { showTo } from "../../../../src/commands/serving/bot/log.ts";
import { problemsWithChannels, welcome } from "../../../../src/commands/serving/bot/welcome.ts";

const general = { id: "300000000000000001", name: "general" };
const toAna = { id: "300000000000000002", name: "talk-to-ana" };

test("whoever has never seen a bot reads who it is, where it is, what it hears, and how to talk to it and stop it", () => {
  expect(lines()).toEqual([
    "Ana is on Discord as ana-bot:",
    "  answers with  run 3f2a, trained on gpt2; llama.cpp on CPU, 2 threads",
    "  is in         the server Home",
    "  listens to    direct messages; whoever mentions it or replies to it; everything in a channel that is called persona-*, once there is one",
    '  talk to it    write "@ana-bot hello" in a channel, or click its name among the members and send it a message',
    "  stop it       Ctrl-C here, or /pause on Discord",
  ]);
});

test("it names the channels in which it answers everything, and what else it hears", () => {
  const settings: typeof usual = {
    ...usual,
    modes: { "talk-*": "all" },
    wakeWords: ["ana"],
    directMessages: false,
  };
  const places = [general, toAna];

  expect(lines({ places, settings })).toContain(
    "  listens to    direct messages of admins; whoever mentions it, says ana or replies to it; everything in #talk-to-ana",
  );
  expect(lines({ places, settings, isReading: false })).toContain(
    "  listens to    direct messages of admins, and whoever mentions it or replies to it with a ping",
  );
});

test("where it is nowhere yet, it says by which link it is added", () => {
  const nowhere = lines({ servers: [], places: [] });

  expect(nowhere[2]).toBe(
    "  is in         no server yet: persona bot --invite prints the link by which it is added",
  );
  expect(nowhere[3]).toBe("  listens to    direct messages");
});

test("servers of strangers cannot move the cursor, and many are counted", () => {
  const servers = ["a\u001b[2J", ..."bcdefg"];

  expect(lines({ servers })[2]).toBe("  is in         the servers a [2J, b, c, d, e and 2 more");
});

test("channels that the bot does not see are said, but for the usual ones", () => {
  const places = [general, toAna];

  expect(problemsWithChannels(["persona-*", "#general", toAna.id, "talk-*"], places)).toEqual([]);
  expect(problemsWithChannels(["#genral"], places)).toEqual([
    'channels: the bot sees no channel "#genral". Did you mean "general"?',
  ]);
  expect(problemsWithChannels(["lounge"], places)).toEqual([
    'channels: the bot sees no channel "lounge". Let it see that channel.',
  ]);
  expect(problemsWithChannels(["300000000000000009"], [])).toEqual([]);
});

test("on a terminal its log is lines for people, with a mark before what must not be missed", () => {
  const shown: string[] = [];
  const terminal = {
    note: (line: string) => shown.push(line),
    warn: (line: string) => shown.push(`! ${line}`),
  };
  const time = new Date(2026, 10, 30, 21, 4, 9).getTime();
  showTo(
    terminal,
    JSON.stringify({ level: 30, time, channel: "3000", candidates: [{ tokens: 3 }], msg: "answered" }),
  );
  showTo(terminal, JSON.stringify({ level: 40, time, msg: "connection lost; reconnecting" }));

  expect(shown).toEqual([
    '21:04:09 answered: channel 3000, candidates [{"tokens":3}]',
    "! 21:04:09 connection lost; reconnecting",
  ]);
});

function lines({ servers = ["Home"], places = [general], isReading = true, settings = usual } = {}) {
  const persona = {
    name: "Ana",
    about: "run 3f2a, trained on gpt2",
    engine: "llama.cpp on CPU, 2 threads",
  };
  return welcome({
    persona,
    bot: { name: "ana-bot", servers, places, isReading },
    note: undefined,
    settings,
  });
}

const usual: Parameters<typeof welcome>[0]["settings"] = {
  channels: ["persona-*"],
  modes: {},
  wakeWords: [],
  directMessages: true,
};
