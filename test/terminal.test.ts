import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { formatDuration, formatRoughDuration, openTerminal } from "../src/terminal.ts";

const controlSequence = "\u001b";

test("the time left fits on 80 columns beside the longest line of an import", () => {
  const { terminal, shown, clock } = open({ isTTY: true, columns: 80 });
  const progress = terminal.progress("importing");
  clock.now = 4_000;
  progress.update(142, 301, () => "142 of 301 MB, 1,004 of 1,085 threads, 63 MB/s");

  expect(shown()).toBe("importing ████░░░░ 47% 142 of 301 MB, 1,004 of 1,085 threads, 63 MB/s, 4 s left");
});

test("who knows how long the rest takes is believed, however long the display has stood there", () => {
  const { terminal, shown, clock } = open({ isTTY: true, columns: 80 });
  const progress = terminal.progress("training");
  clock.now = 60_000;
  progress.update(1, 60, () => "step 1/60", 290_000);

  expect(shown()).toContain("step 1/60, 4 min 50 s left");
});

test("on a narrow terminal the bar gives way to the time left, and no line is wider than the terminal", () => {
  for (const columns of [10, 40, 60, 140]) {
    const { terminal, shown, clock } = open({ isTTY: true, columns });
    const progress = terminal.progress("preparing");
    clock.now = 4_000;
    progress.update(3, 4, () => "1,200 threads");
    const line = shown();

    expect(line.length).toBeLessThan(columns);
    expect(line.includes("left")).toBe(columns >= 40);
  }
});

test.each([
  [0, "0 s", "0 s"],
  [0.4, "0 s", "0.4 s"],
  [45, "45 s", "45 s"],
  [59.7, "1 min", "1 min"],
  [60, "1 min", "1 min"],
  [90, "1 min 30 s", "1.5 min"],
  [290, "4 min 50 s", "4.8 min"],
  [807, "13 min 27 s", "13 min"],
  [3599.6, "1 h", "1 h"],
  [7500, "2 h 5 min", "2.1 h"],
  [7230, "2 h", "2 h"],
  [86_400, "1 d", "1 d"],
  [400_000, "4 d 15 h", "4.6 d"],
])("%d seconds are %s, and roughly %s", (seconds, exactly, roughly) => {
  expect(formatDuration(seconds)).toBe(exactly);
  expect(formatRoughDuration(seconds)).toBe(roughly);
});

test("a dumb terminal gets plain lines now and then, and no escape sequences", () => {
  const { terminal, shown, clock } = open({ isTTY: true, columns: 80 }, { TERM: "dumb" });
  const progress = terminal.progress("preparing");
  clock.now = 1_000;
  progress.update(1, 4);
  clock.now = 11_000;
  progress.update(2, 4);
  progress.done();
  terminal.warn("careful");

  expect(shown()).toBe("preparing ████████████░░░░░░░░░░░░ 50% 11 s left\n! careful\n");
});

test("NO_COLOR leaves warnings uncoloured", () => {
  const coloured = open({ isTTY: true, columns: 80 });
  coloured.terminal.warn("careful");
  const plain = open({ isTTY: true, columns: 80 }, { NO_COLOR: "1" });
  plain.terminal.warn("careful");

  expect(coloured.shown()).toBe(`${controlSequence}[33m!${controlSequence}[0m careful\n`);
  expect(plain.shown()).toBe("! careful\n");
});

test("a name in a line moves no cursor, recolours nothing and turns no direction around", () => {
  const { terminal, shown } = open({ isTTY: false });
  terminal.note(`To learn:\nfrom ${controlSequence}[2J${controlSequence}]0;title\u0007Ana\r\u202egpj.exe`);
  terminal.warn(`${controlSequence}[31mred 👩‍👩‍👧 می‌خواهم`);

  expect(shown()).toBe("To learn:\nfrom  [2J ]0;title Ana gpj.exe\n!  [31mred 👩‍👩‍👧 می‌خواهم\n");
});

function open(stream: { isTTY: boolean; columns?: number }, env: NodeJS.ProcessEnv = { TERM: "xterm" }) {
  const err = Object.assign(new PassThrough(), stream);
  const clock = { now: 0 };
  const terminal = openTerminal({ err, env, now: () => clock.now });
  return { terminal, clock, shown: () => String(err.read() ?? "") };
}
