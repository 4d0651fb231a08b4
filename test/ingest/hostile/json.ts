/** Files that are no JSON, or JSON as no exporter writes it. */
import { facebookJson } from "../export-writer.ts";
import {
  evilThread,
  evilWord,
  fileRow,
  friend,
  goodWords,
  type HostileInput,
  messagesRow,
  raw,
  start,
  text,
  threadOf,
} from "./parts.ts";

export function brokenJson(): HostileInput[] {
  const whole = evilThread();
  const cut = (share: number) => whole.slice(0, Math.floor(whole.length * share));
  return [
    fileRow("JSON cut off in a message", cut(0.4), "warned", [evilWord]),
    fileRow("JSON cut off before its last brace", whole.slice(0, -2), "warned", [evilWord]),
    fileRow("JSON with garbage behind it", `${whole}\n}garbage{"sender_name":"Nobody"}`, "warned", [
      evilWord,
    ]),
    fileRow("two JSON values in a file", whole + whole, "warned", [evilWord]),
    fileRow("JSON with a trailing comma", whole.replace(/}$/, ",}"), "warned", [evilWord]),
    fileRow("empty file", "", "warned"),
    fileRow("file of blanks", " \n ", "warned"),
    fileRow("file of NUL bytes", "\0".repeat(5000), "warned"),
    fileRow("NUL bytes behind the JSON", whole + "\0".repeat(500), "warned", [evilWord]),
    fileRow(
      "a picture under the name of a thread",
      Buffer.from("89504e470d0a1a0a0000ffd8ff", "hex"),
      "warned",
    ),
    fileRow("NaN in the place of a time", whole.replace(/\d{13}/, "NaN"), "warned", [evilWord]),
    fileRow("HTML under the name of JSON", "<html><body>secretword evil</body></html>", "warned"),
    ...["5", "null", '"secretword evil"', "[]", "[[]]", "{}", "[5,null]", "true"].map((json) =>
      fileRow(`a file that holds ${json.includes(evilWord) ? "a string" : json}`, json, "warned"),
    ),
  ];
}

export function oddEncodings(): HostileInput[] {
  const accents = "secretword olá 😂";
  const thread = facebookJson(threadOf([text(friend, accents)]));
  const clean = JSON.stringify(threadOf([text(friend, accents)]));
  return [
    { ...fileRow("byte order mark", `\ufeff${thread}`, "imported"), good: [...goodWords, accents] },
    {
      ...fileRow("byte order mark before real UTF-8", `\ufeff${clean}`, "imported"),
      good: [...goodWords, accents],
    },
    fileRow("UTF-16, little end first", Buffer.from(`\ufeff${clean}`, "utf16le"), "warned", [accents]),
    fileRow("UTF-16, big end first", Buffer.from(`\ufeff${clean}`, "utf16le").swap16(), "warned", [accents]),
    {
      ...messagesRow("NUL in a text", [raw(`"secretword\\u0000nul"`)], "imported"),
      good: [...goodWords, "before", "after", "secretword\0nul"],
    },
    {
      ...messagesRow(
        "lone surrogates",
        [raw(`"secretword \\ud83d"`), raw(`"\\ude02 secretword"`)],
        "imported",
      ),
      good: [...goodWords, "before", "after", "secretword \ufffd", "\ufffd secretword"],
    },
    fileRow(
      "bytes that are not UTF-8",
      Buffer.concat([Buffer.from(clean.slice(0, -1)), Buffer.from(',"x":"\xff\xfe\xc3"}', "latin1")]),
      "warned",
      [accents],
    ),
    {
      ...messagesRow(
        "text that only looks like escaped UTF-8",
        [raw(`"\\u00c3"`), raw(`"\\u00ed\\u00a0\\u00bd"`)],
        "imported",
      ),
      good: [...goodWords, "before", "after", "Ã", "í\u00a0½"],
    },
  ];
}

export function oddStructures(): HostileInput[] {
  const nested = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
  const proto = `{"sender_name":"${friend}","timestamp_ms":${start + 5},"content":"own words","__proto__":{"content":"${evilWord}","polluted":1},"constructor":{"prototype":{"polluted":1}}}`;
  return [
    {
      ...messagesRow(
        "keys of the language's own objects",
        [proto, '{"__proto__":{"sender_name":"Ben Reis"}}'],
        "warned",
      ),
      good: [...goodWords, "before", "after", "own words"],
    },
    {
      ...messagesRow("one key twice", [raw(`"${evilWord}","content":"own words"`)], "imported"),
      good: [...goodWords, "before", "after", "own words"],
    },
    {
      ...fileRow(
        "two lists of messages",
        `{"messages":[${JSON.stringify(text(friend, "own words", 4))}],"title":"x","messages":[${JSON.stringify(text(friend, "other words", 2))}]}`,
        "imported",
      ),
      good: [...goodWords, "own words", "other words"],
    },
    messagesRow("arrays 100,000 deep in a message", [raw(`"side","x":${nested("[", "]")}`)], "warned", [
      "side",
    ]),
    messagesRow(
      "objects 100,000 deep in a message",
      [raw(`"side","x":${nested('{"a":', "}").replace("}", "1}")}`)],
      "warned",
      ["side"],
    ),
    messagesRow("arrays 100,000 deep in the place of a text", [raw(nested("[", "]"))], "warned"),
    messagesRow(
      "arrays 100,000 deep in the place of photos",
      [raw(`"side","photos":${nested("[", "]")}`)],
      "warned",
      ["side"],
    ),
    fileRow("arrays 100,000 deep and nothing else", nested("[", "]"), "warned"),
    fileRow("100,000 brackets that never close", "[".repeat(100_000), "warned"),
    messagesRow(
      "messages that are no objects",
      ["5", "null", '"text"', "[]", "[[{}]]", "true", "{}"],
      "warned",
    ),
    messagesRow(
      "100,000 members of a thread",
      [],
      "imported",
      [],
      Array.from({ length: 100_000 }, (_, index) => ({ name: `Person ${index}` })),
    ),
    messagesRow(
      "100,000 unknown keys",
      [
        `{"sender_name":"${friend}","timestamp_ms":${start + 5},"content":"side"${Array.from({ length: 100_000 }, (_, index) => `,"key${index}":1`).join("")}}`,
      ],
      "warned",
      ["side"],
    ),
  ];
}
