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

test.each<[string, string, string]>([
  ["zephyr # what we are working on", "our zephyr", "our [private]"],
  ["Project Zephyr\t#\tnot yet public", "project zephyr # one", "[private] # one"],
  ["/zephyr-\\d+/i # builds", "ZEPHYR-12", "[private]"],
  ["/zephyr-\\d+/i #builds", "ZEPHYR-12", "[private]"],
  ["/zephyr # \\d+/", "zephyr # 12", "[private]"],
  ["#zephyr", "so #Zephyr is it, zephyr", "so [private] is it, zephyr"],
  ["  #zephyr_2 # the second", "#zephyr_2", "[private]"],
  ["our #zephyr", "our #zephyr", "[private]"],
  ["Room #12", "in room #12", "in [private]"],
  ["C#", "I write C#", "I write [private]"],
  ["C#major # not the language", "c#major", "[private]"],
  ["the \\# zephyr", "the # zephyr", "[private]"],
  ["小明 # 我的朋友", "我和小明去", "我和[private]去"],
  ["#zephyr is taken out of use", "#zephyr", "#zephyr"],
  ["# zephyr", "zephyr", "zephyr"],
  ["##zephyr", "##zephyr", "##zephyr"],
])("a comment may follow a line, and a hashtag is none: %j", (list, text, redacted) => {
  expect(redactorOf(list)(text)).toBe(redacted);
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

test.each([
  ["O'Malley's", ["O’Malley’s", "o‘malley‘s", "O'MALLEY'S", "OʼMalleyʼs", "O´Malley´s", "O＇Malley＇s"]],
  ["O’Malley’s", ["O'Malley's", "O’Malley’s"]],
  ['the "Heron" plan', ["the “heron” plan", "the „Heron“ plan", "the «heron» plan"]],
  ["Café Zephyr", ["Cafe Zephyr", "CAFÉ ZEPHYR", "Cafe\u0301 Zéphyr", "cafè  zephyr", "café\u00a0zephyr"]],
  ["Cafe Zephyr", ["Café Zéphyr", "cafe zephyr"]],
  ["Großkötz", ["Grosskötz", "Grosskoetz", "GROSSKÖTZ", "Großkotz"]],
  ["Müller-Lüdenscheid", ["Mueller-Luedenscheid", "muller-ludenscheid", "Müller‐Lüdenscheid"]],
  ["Łódź 77", ["Lodz 77", "łódź 77"]],
  ["Smørrebrød Ægir", ["Smorrebrod Aegir", "smoerrebroed ægir"]],
  ["São Bento à Noite", ["Sao Bento a noite", "são bento à noite"]],
  ["Đặng Thị", ["Dang Thi", "ĐẶNG THỊ"]],
  ["Şahin & Işık", ["Sahin & Isik", "şahin & ışık"]],
  ["ёлка сорок", ["елка сорок", "ЁЛКА СОРОК"]],
  ["パズル館", ["昨日パズル館で"]],
])("%s is found however its quotes and accents are typed", (phrase, spellings) => {
  for (const spelling of spellings) {
    expect.soft(redactorOf(phrase)(spelling), spelling).toMatch(/^(?:昨日)?\[private\](?:で)?$/);
    expect.soft(redactorOf(phrase)(`ok, ${spelling}. bye`), spelling).toContain("[private]");
  }
});

test.each([
  ["Rosé", "a rose is a rose"],
  ["Tomás", "se tomas café"],
  ["Zoë", "the zoetrope"],
  ["O'Malley", "O'Malleys"],
  ["é isso", "e issos"],
])("%s takes nothing from: %s", (phrase, text) => {
  expect(redactorOf(phrase)(text)).toBe(text);
});

test("one phrase is one placeholder, however it is typed", () => {
  expect(redactorOf("Café O'Dea")("Cafe O’Dea, café  o'dea")).toBe("[private], [private]");
});

test.each([4090, 4096, 8190, 3072, 2048, 100_000])(
  "a phrase or an expression across character %i of a long message is found",
  (cut) => {
    const before = "la di da ".repeat(20_000);
    for (const list of ["the silver heron", "/silver \\w+/", "/the s.{2,9} heron/i"]) {
      for (const shift of [3, 8, 14]) {
        const text = `${before.slice(0, cut - shift)} the silver heron ${"and so on ".repeat(2_000)}`;

        expect(redactorOf(list)(text)).not.toContain("silver heron");
        expect(
          redactorOf(list)(text.replaceAll(" ", "_").replace(/the_silver_heron/, "the silver heron")),
        ).not.toContain("silver heron");
      }
    }
  },
);

test("what stands around a phrase stays as it was typed", () => {
  const around = (text: string) => `${"é’ü ".repeat(2_000)}${text}${" ñ“ß”".repeat(2_000)}`;

  expect(redactorOf("Café Zephyr")(around("cafe zephyr"))).toBe(around("[private]"));
});

function redactorOf(list: string): (text: string) => string {
  return createRedactor({ ownRules: readOwnRules(list, "redact.txt") }).openConversation();
}
