import { LinkifyIt } from "linkify-it";
import { afterEach, expect, test, vi } from "vitest";
import { createRedactor } from "../../../src/prepare/redaction/index.ts";
import { digitRuns } from "../../../src/prepare/redaction/numbers/digit-runs.ts";

const megabyte = 1 << 20;
const maxCharactersAWord = 2048;

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(["http://a.b/", "a@", "a.", "@", ".", "/", "http://a.b/(", "ana@example.org", "www.a.com/ "])(
  "a megabyte of %j is shown to the link library in bounded words, each character once a round",
  (piece) => {
    const shown: number[] = [];
    const match = LinkifyIt.prototype.match;
    vi.spyOn(LinkifyIt.prototype, "match").mockImplementation(function (this: LinkifyIt, text: string) {
      shown.push(text.length);
      return match.call(this, text);
    });
    redact(piece.repeat(megabyte / piece.length));

    expect(Math.max(0, ...shown)).toBeLessThanOrEqual(maxCharactersAWord);
    expect(shown.reduce((sum, length) => sum + length, 0)).toBeLessThan(3 * megabyte);
  },
);

test("what a long word hides behind what the library was shown goes with it", () => {
  const link = `https://example.org/${"a".repeat(5000)}?key=horse77b`;

  expect(redact(`see ${link} now`)).toBe("see [link] now");
  expect(redact(`${"b".repeat(3000)}ana@example.org`)).not.toContain("ana@example.org");
});

test("a megabyte of digits is one number", () => {
  expect(redact("7391824650".repeat(megabyte / 10))).toBe("[number]");
});

test("a list of numbers is taken apart while it is short and replaced as a whole when it is long", () => {
  expect(redact("912345678 ".repeat(20).trim())).toBe(Array(20).fill("[phone]").join(" "));
  expect(redact("912345678 ".repeat(megabyte / 10).trim())).toBe("[number]");
});

test("the groups of a run cover its digits once, in order", () => {
  const runs = [...digitRuns("a 12-34 56, +351 (91) 2 and 7", 3)];

  expect(runs.map(({ written, digits }) => [written, digits])).toEqual([
    ["12-34 56", "123456"],
    ["+351 (91) 2", "351912"],
  ]);
});

test.each(["\n", "\u202e", "1\u0336", "1\ufe0f\u20e3 ", "👨‍👩‍👧", "password ", "Rua "])(
  "%j ten thousand times over comes back without a crash",
  (piece) => {
    expect(redact(piece.repeat(10_000)).length).toBeGreaterThan(0);
  },
);

/** A dot inside a word, digits and a word for what they may be: no search is spared the text. */
const opensEveryGate = " x.y rua 1234 log in pass ?";

/** The worst that each search may meet: its time grows with the text, not with the text's square. */
test.each([
  "ana. at ",
  "a.b @ ",
  "a.b@ c-d.",
  "Karl-",
  "karlstr",
  "rua 5 de maio ",
  "12 rue de la ",
  "al. Ana B ",
  "12 Rue Aa ",
  "use 4815 ",
  "pass: a b ",
  "pass: a",
  "pin ",
  "a:b",
  "a.app:80 ",
  "a.app:8080",
  "a.",
  "A1 ",
  "passport ",
  "id 12 ",
  "abandon ",
  "12 Main Street ",
  "9 Karl Way ",
  "via roma 12 ",
  "MG Road 12 ",
  "Barrio Gabriela 41 ",
  "BP 1 ",
  "a+351912345678 ",
  "ag 1234 ",
])("%j over and over: its time grows with the text, not with the square of it", (piece) => {
  const ofLength = (characters: number) => piece.repeat(characters / piece.length) + opensEveryGate;
  const short = shortestMs(() => redact(ofLength(12_500)));

  expect(shortestMs(() => redact(ofLength(100_000)))).toBeLessThan(30 * short + 50);
});

test.each([" ", "é ", "acho que ", "4", "4a", "a#"])(
  "%j over and over is no answer: its time grows with the text, not with the square of it",
  (piece) => {
    const answer = (characters: number) => {
      const conversation = createRedactor({ country: "PT" }).openConversation();
      conversation("pin?");
      conversation(`${piece.repeat(characters / piece.length)} 4 ?${opensEveryGate}`);
    };
    const short = shortestMs(() => answer(12_500));

    expect(shortestMs(() => answer(100_000))).toBeLessThan(30 * short + 50);
  },
);

/** Of the processor, as the machine may be busy with something else; the shortest of three. */
function shortestMs(work: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
  });
  return Math.min(...times);
}

function redact(text: string): string {
  return createRedactor({ country: "PT" }).openConversation()(text);
}
