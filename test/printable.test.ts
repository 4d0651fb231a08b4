import fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableLines } from "../src/printable.ts";

test.each([
  ["an ordinary name", "Zoë Fox", "Zoë Fox"],
  ["escape sequences", "\u001b[2J\u001b]0;title\u0007Ana", "[2J ]0;title Ana"],
  ["line ends", "Ana\r\nLima\u2028\u2029x", "Ana Lima x"],
  ["C1 controls", "Ana\u009b31mLima", "Ana 31mLima"],
  ["direction marks", "Ana\u202egpj.exe\u2066x", "Ana gpj.exe x"],
  ["invisible marks", "\ufeffAna\u200b\u00adLima\u2060", "Ana Lima"],
  ["joined emoji", "👩‍👩‍👧 ❤️ 👍🏽 🇵🇹", "👩‍👩‍👧 ❤️ 👍🏽 🇵🇹"],
  ["joiners of scripts", "می‌خواهم क्‍ष", "می‌خواهم क्‍ष"],
  ["nothing", "", ""],
])("%s", (_, name, shown) => {
  expect(printable(name)).toBe(shown);
});

test("as many characters as are asked for are shown whole, whatever they are made of", () => {
  for (const character of ["x", "é", "e\u0301", "😂", "👩‍👩‍👧‍👧", "👩🏽‍❤️‍💋‍👨🏿", "🇵🇹"]) {
    expect(printable(character.repeat(60)), character).toBe(character.repeat(60));
    expect(printable(character.repeat(61)), character).toBe(`${character.repeat(59)}…`);
    expect(printable(character.repeat(5), 3), character).toBe(`${character.repeat(2)}…`);
  }
});

test("longer text keeps its lines and its length, and loses what moves a cursor or turns the reading direction", () => {
  const lines = `${"x".repeat(500)}\n\tsee \u001b[31mthis\u202e 👩‍👩‍👧`;
  expect(printableLines(lines)).toBe(`${"x".repeat(500)}\n see  [31mthis  👩‍👩‍👧`);
});

test("marks that are piled up on one letter do not fill the screen", () => {
  const name = `a${"\u0301".repeat(100_000)}b`;
  expect(printable(name).length).toBeLessThan(100);
  expect(printable(name).startsWith("a\u0301")).toBe(true);
});

test("whatever the text, what is shown moves no cursor and is bounded and well-formed", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
      .map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 20 }), (text, most) => {
      const shown = printable(text, most);
      expect(shown.replaceAll(/[\u200c\u200d]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect([...new Intl.Segmenter().segment(shown)].length).toBeLessThanOrEqual(most);
      expect(shown.isWellFormed()).toBe(true);
    }),
    { seed: 1, numRuns: 2_000 },
  );
});
