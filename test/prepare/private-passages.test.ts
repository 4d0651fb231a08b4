import { expect, test } from "vitest";
import { privateCounter } from "../../src/prepare/index.ts";

const count = privateCounter({ country: "PT", ownRules: "Rua do Sol" });

test("a reply's private passages are counted, its placeholders and its context are not", () => {
  expect(count(["call me on 912 345 678"], ["ok", "[phone]"])).toBe(0);
  expect(count([], ["912 345 678 or ana@example.org", "we live in rua do sol"])).toBe(3);
});

test("what answers a question about a secret is one", () => {
  expect(count(["what is the pin of the door?"], ["4711"])).toBe(1);
  expect(count(["how many were there?"], ["4711"])).toBe(0);
});
