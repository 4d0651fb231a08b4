import { expect, test } from "vitest";
import { createRedactor, readOwnRules } from "../../../src/prepare/redaction/index.ts";

test("words and phrases are found whole, in any case and with any space between", () => {
  const redact = redactorOf("# my list\n\nAcme\nproject  heron\nC++\n");

  expect(redact("ACME hired me")).toBe("[private] hired me");
  expect(redact("acmeology is no match")).toBe("acmeology is no match");
  expect(redact("Project\nHeron and acme")).toBe("[private 2] and [private]");
  expect(redact("I write c++ and C")).toBe("I write [private 3] and C");
});

test("names in scripts without spaces are found inside a sentence", () => {
  expect(redactorOf("小明")("我和小明去")).toBe("我和[private]去");
});

test("regular expressions work with their flags", () => {
  const redact = redactorOf("/case-\\d+/i\n/^secret .+$/m");

  expect(redact("see CASE-12 and case-13, CASE-12")).toBe("see [private] and [private 2], [private]");
  expect(redact("hello\nsecret plan\nbye")).toBe("hello\n[private 3]\nbye");
});

test.each([
  ["Ana\n/(/", "Line 2 of redact.txt is not a regular expression."],
  ["/x*/", "Line 1 of redact.txt matches the empty string, so it would match everywhere."],
  ["/x/gy", "Line 1 of redact.txt has flags that do not help here: gy."],
  ["\n\n...", "Line 3 of redact.txt holds neither a letter nor a digit."],
])("a bad line is named by its number: %j", (text, message) => {
  expect(() => readOwnRules(text, "redact.txt")).toThrow(message);
});

test.each(["latin1", "utf16le"] as const)(
  "a list in %s is refused: its words would match nothing",
  (encoding) => {
    const text = Buffer.from("Zoë Jonquière", encoding).toString("utf8");

    expect(() => readOwnRules(text, "redact.txt")).toThrow("redact.txt is not text in UTF-8.");
  },
);

test("an error never repeats the owner's words", () => {
  try {
    readOwnRules("/moonstone(/", "redact.txt");
    expect.unreachable();
  } catch (error) {
    expect(`${error}`).not.toContain("moonstone");
  }
});

function redactorOf(list: string): (text: string) => string {
  return createRedactor({ ownRules: readOwnRules(list, "redact.txt") }).openConversation();
}
