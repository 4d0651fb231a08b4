import { execa } from "execa";
import { expect, test } from "vitest";
import { shellWord } from "../src/shell-word.ts";

test.each([
  "Ben",
  "Zoë Fox",
  "Seán O'Brien",
  'Ana "Nani" Lima',
  "Ольга Петрова",
  "田中 さくら",
  "ليلى حداد",
  "Nina 🌷 Weiss",
  "$(touch here) `id` $HOME \\ !",
  "two\nlines\tand a tab",
  "turned \u202earound\u202c, \u200d and a bell \u0007",
  "Don't \u0007",
  "",
  "/data/Ana's folder",
])("%j is one word to a shell, and nothing in it is run or hidden", async (text) => {
  const word = shellWord(text);
  const { stdout } = await execa("bash", ["-c", `printf %s ${word}`], {
    stripFinalNewline: false,
    env: { LC_ALL: "C.UTF-8" },
  });

  expect(stdout).toBe(text);
  expect(word).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
});
