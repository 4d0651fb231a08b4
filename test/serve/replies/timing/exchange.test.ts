import { beforeEach, expect, test } from "vitest";
import { Exchange, type Pace, type Timing } from "../../../../src/serve/index.ts";
import { TestClock } from "./test-clock.ts";

/** Bursts end after 10 s; the first bubble is due 15 s after the last message, each further one after 4 s. */
const timing: Timing = {
  about: "a test's",
  burstWaitMs: () => 10_000,
  replyDelayMs: () => 15_000,
  bubbleGapMs: () => 4000,
  typingMs: () => 1000,
};

let clock: TestClock;
/** What happened, with the second in which it did. */
let log: string[];

beforeEach(() => {
  clock = new TestClock();
  log = [];
});

test("a burst is answered once, when it is over, in bubbles that take their time", async () => {
  const exchange = open(["yes", "in ten minutes"]);
  exchange.hear("hi");
  await clock.advance(8000);
  exchange.hear("are you coming?");
  await clock.advance(60_000);

  // The last message came at 8 s.
  expect(log).toEqual([
    "18 answers",
    "22 types",
    "23 says yes",
    "26 types",
    "27 says in ten minutes",
    "27 is done",
  ]);
});

test("who writes in mid-burst of the persona has it think again: what was said stays said", async () => {
  const exchange = open(["yes", "in ten minutes"]);
  exchange.hear("are you coming?");
  await clock.advance(17_000);
  exchange.hear("wait, it is cancelled");
  await clock.advance(60_000);

  expect(log.filter((line) => /says|answers|stops/.test(line))).toEqual([
    "10 answers",
    "15 says yes",
    "17 stops",
    "27 answers",
    "32 says yes",
    "36 says in ten minutes",
  ]);
});

test("whoever is typing is waited for", async () => {
  const exchange = open(["yes"]);
  exchange.hear("hi");
  await clock.advance(9000);
  exchange.noticeTyping();
  await clock.advance(9000);
  expect(log).toEqual([]);
  exchange.hear("are you coming?");
  await clock.advance(60_000);

  expect(log[0]).toBe("28 answers");
});

test("where somebody always writes, it answers all the same", async () => {
  const exchange = open(["yes"]);
  for (let second = 0; second < 600; second += 5) {
    exchange.hear("and another thing");
    await clock.advance(5000);
  }

  // No burst is waited for longer than two minutes, and what is due after that is put off by no more than one.
  const [first, ...others] = log.filter((line) => /answers|says/.test(line));
  expect(first).toBe("120 answers");
  expect(others.slice(0, 2)).toEqual(["190 answers", "190 says yes"]);
});

test("what is written while an answer is given to its end gets an answer of its own", async () => {
  const exchange = open(["yes"], timing, { generatingMs: 20_000 });
  exchange.hear("hi");
  for (let times = 0; times < 4; times++) {
    await clock.advance(22_000);
    exchange.hear("and another thing");
  }
  await clock.advance(60_000);

  expect(log.filter((line) => /answers|stops|says/.test(line))).toEqual([
    "10 answers",
    "30 stops",
    "32 answers",
    "52 stops",
    "54 answers",
    "74 stops",
    // The first message is not answered later than a minute after that was due.
    "75 answers",
    "95 says yes",
    "98 answers",
    "118 says yes",
  ]);
});

test("until an answer is due, it is thought over whenever somebody writes, and given when the first one was due, or soon after", async () => {
  const slowly = { ...timing, burstWaitMs: () => 3000, replyDelayMs: () => 100_000 };
  const exchange = open(["yes"], slowly);
  for (let second = 0; second <= 150; second += 10) {
    exchange.hear("and another thing");
    await clock.advance(10_000);
  }

  expect(log.filter((line) => /answers|says/.test(line)).slice(-2)).toEqual(["153 answers", "160 says yes"]);
});

test("an answer without a word leaves no timer behind, which would keep the process alive", async () => {
  const exchange = open([]);
  exchange.hear("hi");
  await clock.advance(11_000);

  expect(log).toEqual(["10 answers", "10 is done"]);
  expect(clock.waiting).toBe(0);
});

test("a persona without patience answers at once", async () => {
  const atOnce = { burstWaitMs: () => 0, replyDelayMs: () => 0, bubbleGapMs: () => 0, typingMs: () => 0 };
  const exchange = open(["yes", "in ten minutes"], { ...timing, ...atOnce });
  exchange.hear("hi");
  await clock.advance(0);

  expect(log).toEqual([
    "0 answers",
    "0 types",
    "0 says yes",
    "0 types",
    "0 says in ten minutes",
    "0 is done",
  ]);
});

test("the time that generating takes is part of the delay", async () => {
  const exchange = open(["yes"], timing, { generatingMs: 4500 });
  exchange.hear("hi");
  await clock.advance(60_000);

  expect(log).toEqual(["10 answers", "14.5 types", "15 says yes", "15 is done"]);
});

test("once stopped, nothing more is said", async () => {
  const exchange = open(["yes"]);
  exchange.hear("hi");
  await clock.advance(12_000);
  exchange.stop();
  exchange.hear("hello?");
  await clock.advance(60_000);

  expect(log).toEqual(["10 answers", "12 stops"]);
});

test("an answer that gives up because somebody writes is no failure, and another one is given", async () => {
  const exchange = new Exchange({
    timing: () => timing,
    clock,
    async answer({ late, signal }) {
      await late;
      signal.throwIfAborted();
      log.push("answers");
    },
    onError: (error) => log.push(String(error)),
  });
  exchange.hear("hi");
  await clock.advance(12_000);
  exchange.hear("wait");
  await clock.advance(60_000);

  expect(log).toEqual(["answers"]);
});

test("an answer that fails is told of, and the next message is answered", async () => {
  const exchange = open(["yes"], timing, { failsOnce: true });
  exchange.hear("hi");
  await clock.advance(20_000);
  exchange.hear("hello?");
  await clock.advance(60_000);

  expect(log).toEqual([
    "10 answers",
    "10 fails: no model",
    "30 answers",
    "34 types",
    "35 says yes",
    "35 is done",
  ]);
});

test("how long nobody wrote is counted from the last message to the first of a burst", async () => {
  const silences: (number | undefined)[] = [];
  const exchange = open(["yes"], {
    ...timing,
    replyDelayMs({ silenceMs }) {
      silences.push(silenceMs);
      return 15_000;
    },
  });
  exchange.hear("hi");
  await clock.advance(60_000);
  exchange.hear("are you");
  await clock.advance(5000);
  exchange.hear("coming?");
  await clock.advance(60_000);

  expect(silences).toEqual([undefined, 45_000]);
});

interface Trouble {
  generatingMs?: number;
  failsOnce?: boolean;
}

function open(bubbles: string[], times = timing, { generatingMs = 0, failsOnce = false }: Trouble = {}) {
  const write = (what: string) => log.push(`${clock.now() / 1000} ${what}`);
  let fails = failsOnce;
  async function answer(pace: Pace) {
    write("answers");
    if (fails) {
      fails = false;
      throw new Error("no model");
    }
    if (generatingMs > 0) await clock.pass(generatingMs);
    for (const bubble of bubbles) {
      if (!(await pace.untilDue(bubble, () => write("types")))) return write("stops");
      write(`says ${bubble}`);
    }
    return write("is done");
  }
  return new Exchange({
    timing: () => times,
    clock,
    answer: async (pace) => void (await answer(pace)),
    onError: (error) => write(`fails: ${(error as Error).message}`),
  });
}
