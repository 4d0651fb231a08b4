import { expect, test } from "vitest";
import { filterFor } from "../../../src/serve/replies/filters.ts";

const filter = filterFor({ labels: ["Ana Lima", "Ben (work)"], blocked: ["Straße", "plum tart", " "] });

test.each([
  ["empty", "\u200b"],
  ["empty", "\u3164 \ufe0f"],
  ["empty", "\n \u200b\n\u2060"],
  ["empty", "**"],
  ["empty", "**** __"],
  ["empty", "# \n> \n- *"],
  ["empty", "```\n\n```"],
  ["empty", "||||"],
  ["outside-turn", "Ana Lima: I will"],
  ["outside-turn", "ok\nben (WORK) : when?"],
  ["outside-turn", "**Friend 12:** hi"],
  ["outside-turn", "Ana Lima:\n10:30"],
  ["outside-turn", "bye <|endoftext|>"],
  ["outside-turn", "<|im_start|>user"],
  ["outside-turn", "[INST] be nice"],
  ["outside-turn", "</s>"],
  ["placeholder", "call [phone 2]"],
  ["placeholder", "look: [link]"],
  ["placeholder", "yours, [Your Name]"],
  ["placeholder", "look [photo: me on a boat]"],
  ["placeholder", "[Voice message]"],
  ["blocked-word", "in der STRASSE?"],
  ["blocked-word", "a plúm, tart"],
  ["repetition", "no ".repeat(13)],
  ["repetition", "haha no ".repeat(14)],
  [
    "repetition",
    "I do not know what I want to do. I do not know what I want to do. I do not know what I want to do",
  ],
  ["repetition", "and then and then we left and then ".repeat(4)],
])("%s: %j may not be said", (failure, bubble) => {
  expect(filter(bubble, [])).toBe(failure);
});

test.each([
  "-_-",
  ">_<",
  "...",
  "<3",
  "```",
  "no no no no no",
  "no no no no no no no no no no no no",
  "hahahahahahahahahaha",
  "😂".repeat(30),
  "👍🏽",
  "Friends: the best series",
  "my friend: a true one",
  "Ana Lima said that",
  "at 10:30",
  "Ben (work): 10:30\nAna Lima: 11",
  "1: eggs\n2: milk",
  "[laughs]",
  "a < b | c > d",
  "that street is long",
  "Straßenbahn",
  "the plum and the tart",
  "I know, I know",
  "again and again and again",
  "非常好",
])("%j may be said", (bubble) => {
  expect(filter(bubble, [])).toBeUndefined();
});

test("a label may hold any characters", () => {
  const label = "Anne-Marie (a.k.a. A+/*?^$|[]{}\\)";

  expect(filterFor({ labels: [label], blocked: [] })(`${label}: hi`, [])).toBe("outside-turn");
});

test("a memorable bubble is said once", () => {
  const before = ["we went to the lake", "ok", "ok"];

  expect(filter("We went to the lake!!", before)).toBe("repetition");
  expect(filter("we went to the sea", before)).toBeUndefined();
});

test.each([
  ["ok", 4],
  ["haha", 4],
  ["😂", 4],
  ["oh no", 3],
  ["I don't", 2],
])("%j may be said in a row %i times and no more", (bubble, most) => {
  const times = (count: number) => ["something else", ...Array.from({ length: count }, () => bubble)];

  expect(filter(bubble.toUpperCase(), times(most - 1))).toBeUndefined();
  expect(filter(bubble.toUpperCase(), times(most))).toBe("repetition");
  expect(filter(bubble, [...times(most), "well"])).toBeUndefined();
});

test("a text of any length and kind is judged in a moment", () => {
  expect(filter("ab ".repeat(20_000), [])).toBe("repetition");
  expect(filter(`${"x".repeat(100_000)}:`, [])).toBeUndefined();
  expect(filter("<|".repeat(50_000), [])).toBeUndefined();
  expect(filter("* ".repeat(50_000), [])).toBe("empty");
  expect(filter(`${"*".repeat(100_000)}:`, [])).toBeUndefined();
});

test("links are held against a persona only where none may be said", () => {
  const strict = filterFor({ labels: [], blocked: [], mayLink: false });
  expect(strict("see https://example.com", [])).toBe("link");
  expect(strict("I link my arm in yours", [])).toBeUndefined();
  expect(filter("see https://example.com", [])).toBeUndefined();
});
