/** Names that trip programs, of people and of folders. */
import { facebookJson, writeFolder } from "../export-writer.ts";
import {
  evilThread,
  evilWord,
  friend,
  goodFiles,
  goodWords,
  type HostileInput,
  hostileFile,
  owner,
  text,
  threadOf,
  zipRow,
} from "./parts.ts";

const oddNameList = [
  "..",
  ".",
  "/",
  "\\",
  "a/b",
  "../../etc",
  "CON",
  "nul.txt",
  "a\u0000b",
  "\u202eevil\u202c",
  "x".repeat(5000),
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "e\u0301",
  "é",
  " ",
  "\n",
  "\u200b",
  "\ufeff",
  "👩‍👩‍👧‍👦",
  "Z̸̡̛a̷l̸g̴o",
  "<script>alert(1)</script>",
  "'; DROP TABLE",
  "$HOME",
  "$(id)",
  "%s%n",
  "-rf",
  "--data",
  "null",
  "undefined",
  "true",
  "0",
  "\u{10ffff}",
  "\x1b[31mred",
  "\u0085",
];

export function oddNames(): HostileInput[] {
  const files = oddNameList.map((name, index): [string, string] => [
    hostileFile.replace("eva_9", `eva_9${index}`),
    facebookJson({
      participants: [{ name }, { name: owner }],
      messages: [text(name, `own words ${index}`)],
      title: name,
    }),
  ]);
  const ids = [
    "..",
    ".",
    "a b",
    "a\nb",
    "%2e%2e",
    "con",
    "nul",
    "é",
    "e\u0301",
    "AbC",
    "aBc",
    "__proto__",
    "index",
    "manifest",
    "*",
    "a:b",
    "-",
    "~",
    "$HOME",
    "a\tb",
    "\u202e",
    "😂",
    "constructor",
    "lock",
    "tmp",
    "json",
  ];
  const entries = ids.map((id, index) => ({
    name: hostileFile.replace("eva_9", `eva_${id}`),
    data: facebookJson(threadOf([text(friend, `own words ${index}`)])),
  }));
  const long = { name: hostileFile.replace("eva_9", `eva_${"x".repeat(3000)}`), data: evilThread() };
  return [
    {
      name: "people and threads with names of every kind",
      outcome: "imported",
      good: [...goodWords, ...oddNameList.map((_, index) => `own words ${index}`)],
      make: async (directory) => [await writeFolder(directory, new Map([...goodFiles(), ...files]))],
    },
    {
      ...zipRow("thread folders with names of every kind", entries, "imported"),
      good: [...goodWords, ...ids.map((_, index) => `own words ${index}`)],
    },
    zipRow("thread folder with a name of 3,000 letters", [long], "imported", [evilWord]),
    {
      name: "two threads with one title, and one thread with two",
      outcome: "imported",
      good: [...goodWords, "own words 1", "own words 2", "own words 3"],
      make: async (directory) => {
        const part = (id: string, title: string, words: string) =>
          facebookJson({ ...threadOf([text(friend, words)]), title, thread_path: `inbox/${id}` });
        const more: [string, string][] = [
          [hostileFile, part("eva_9", "Same", "own words 1")],
          [hostileFile.replace("eva_9", "eva_10"), part("eva_10", "Same", "own words 2")],
          [hostileFile.replace("message_1", "message_2"), part("eva_9", "Other", "own words 3")],
        ];
        return [await writeFolder(directory, new Map([...goodFiles(), ...more]))];
      },
    },
  ];
}
