import { expect, test } from "vitest";
import { hasLink, withoutLinks } from "../../../src/serve/replies/links.ts";

test.each([
  "https://example.com",
  "[here](http://example.com/a)",
  "<HTTPS://example.com>",
  "www.example.com",
  "discord.gg/abc123",
  "join discord . gg / abc123",
  "discordapp.com/invite/abc",
  "ｈttps://example.com",
  "ht\u200btps://example.com",
])("%j has a link", (text) => {
  expect(hasLink(text)).toBe(true);
});

test.each(["see you at 10:30", "and/or", "example.com is a joke", "e.g. www", "discord is slow", "a://"])(
  "%j has none",
  (text) => {
    expect(hasLink(text)).toBe(false);
  },
);

test.each([
  ["look at https://example.com/a?b=c now", "look at [link] now"],
  ["(https://a.example) and discord.gg/abc!", "[link] and [link]"],
  ["nothing of the kind", "nothing of the kind"],
  ["spelt https:/\u200b/example.com so", "[link]"],
])("of %j is shown %j", (text, shown) => {
  expect(withoutLinks(text, "[link]")).toBe(shown);
});
