/** The end-to-end encrypted export, and Instagram's old one, broken in the same ways. */
import path from "node:path";
import { writeFolder } from "../export-writer.ts";
import { friend, goodFiles, goodWords, type HostileInput, type Outcome, owner, row, start } from "./parts.ts";
import { strange } from "./values.ts";

export function secureInputs(): HostileInput[] {
  const messages = [secureMessage("own words 1", 1), secureMessage("own words 2", 2)];
  const own = ["own words 1", "own words 2"];
  const whole = JSON.stringify(secureThread(messages), undefined, 2);
  const formed = (name: string, content: string | Buffer, words = own): HostileInput => ({
    ...secureRow(name, content, "imported"),
    good: [...goodWords, ...words],
  });
  const tricky = [
    '{"isUnsent":false,"media":[],"senderName":"Nobody","text":"not a message"}',
    '"}],"messages":[{"text":"',
    '},\n    {\n      "isUnsent": false,',
    "\\",
    '\\"',
    "\\\\\\",
    '"',
    "[{[{]}",
    "\u2028\u2029\u0000\u001f",
    "Ã© stays as it was typed",
    "ends with a backslash \\",
  ];
  const trickyMessages = tricky.map((words, index) => secureMessage(words, index + 1));
  const strangeFields = "isUnsent media reactions senderName text timestamp type".split(" ");
  return [
    formed("encrypted chat without spaces", JSON.stringify(secureThread(messages))),
    formed(
      "encrypted chat with tabs and carriage returns",
      JSON.stringify(secureThread(messages), undefined, "\t").replaceAll("\n", "\r\n"),
    ),
    formed("encrypted chat with a byte order mark", `\ufeff${whole}`),
    formed(
      "encrypted chat whose name comes last",
      JSON.stringify({ messages, participants: [friend, owner], threadName: `${friend}_3` }),
    ),
    formed(
      "encrypted chat whose texts look like its structure",
      JSON.stringify(secureThread(trickyMessages), undefined, 2),
      tricky,
    ),
    formed(
      "encrypted chat whose texts look like its structure, without spaces",
      JSON.stringify(secureThread(trickyMessages)),
      tricky,
    ),
    formed("encrypted chat with every character escaped", escapeAll(JSON.stringify(secureThread(messages)))),
    formed(
      "encrypted chat that runs from new to old",
      JSON.stringify(secureThread(messages.toReversed()), undefined, 2),
    ),
    secureRow(
      "encrypted chat cut off in a message",
      whole.slice(0, whole.indexOf("own words 2") + 4),
      "warned",
      own,
    ),
    secureRow(
      "encrypted chat cut off between messages",
      whole.slice(0, whole.lastIndexOf("{")),
      "warned",
      own,
    ),
    secureRow("encrypted chat with garbage behind it", `${whole}]}garbage`, "warned", own),
    secureRow(
      "encrypted chat with garbage in its middle",
      whole.replace('"own words 2"', "garbage"),
      "warned",
      own,
    ),
    secureRow(
      "encrypted chat with a list as messages of a list",
      JSON.stringify({ ...secureThread([]), messages: [[...messages]] }),
      "warned",
      own,
    ),
    secureRow(
      "encrypted chat with null as messages",
      JSON.stringify({ ...secureThread([]), messages: null }),
      "warned",
    ),
    secureRow("encrypted chat without messages", JSON.stringify(secureThread([])), "imported"),
    secureRow(
      "encrypted chat with messages that are no objects",
      JSON.stringify(secureThread([5, null, "x", [], true, messages])),
      "warned",
      own,
    ),
    {
      ...secureRow(
        "encrypted chat with lone surrogates",
        whole.replace("own words 1", "own words \\ud83d"),
        "imported",
      ),
      good: [...goodWords, "own words \ufffd", "own words 2"],
    },
    {
      ...secureRow(
        "encrypted chat with arrays 100,000 deep",
        whole.replace('"media": []', `"media": ${"[".repeat(100_000)}${"]".repeat(100_000)}`),
        "warned",
        own,
      ),
    },
    ...strangeFields.map((field) =>
      secureRow(
        `encrypted chat with values of every wrong type as ${field}`,
        JSON.stringify(
          secureThread([
            ...strange.map((value, index) => ({ ...secureMessage("side", index), [field]: value })),
            messages[1],
          ]),
        ),
        "warned",
        ["side", "x", ...own],
      ),
    ),
  ];
}

export function oldInstagramInputs(): HostileInput[] {
  const line = (created_at: unknown, words: unknown = "side") => ({
    sender: "ben.reis",
    created_at,
    text: words,
  });
  const conversations = (conversation: unknown) =>
    JSON.stringify([{ participants: ["ben.reis", owner], conversation }]);
  const file = (name: string, content: string, outcome: Outcome) =>
    row(`Instagram's old file ${name}`, withFolder("instagram", "messages.json", content), outcome, [
      "side",
      "x",
    ]);
  const time = "2019-05-01T10:00:00.000000+00:00";
  return [
    file("cut off", conversations([line(time), line(time)]).slice(0, -40), "warned"),
    file(
      "with times of every kind",
      conversations(
        ["", "x", "2019-13-45", "0000-00-00T00:00:00+00:00", "+999999-01-01T00:00:00Z", 5, null, {}].map(
          (value) => line(value),
        ),
      ),
      "warned",
    ),
    file(
      "with texts of every wrong type",
      conversations(strange.map((value) => line(time, value))),
      "imported",
    ),
    file(
      "with conversations of every wrong type",
      JSON.stringify(strange.map((conversation) => ({ participants: [owner], conversation }))),
      "warned",
    ),
    file(
      "with participants of every wrong type",
      JSON.stringify(strange.map((participants) => ({ participants, conversation: [line(time)] }))),
      "imported",
    ),
  ];
}

function secureThread(messages: unknown[]) {
  return { participants: [friend, owner], threadName: `${friend}_3`, messages };
}

function secureMessage(words: string, minute: number) {
  const timestamp = start + 1_000_000_000 + minute * 60_000;
  return {
    isUnsent: false,
    media: [],
    reactions: [],
    senderName: friend,
    text: words,
    timestamp,
    type: "text",
  };
}

function secureRow(name: string, content: string | Buffer, outcome: Outcome, maybe?: string[]) {
  return row(name, withFolder("secure", "messages/Somebody_3.json", content), outcome, maybe);
}

/** Writes the good export, and beside it a folder of another format with one file. */
function withFolder(folder: string, file: string, content: string | Buffer): HostileInput["make"] {
  return async (directory) => [
    await writeFolder(path.join(directory, "facebook"), goodFiles()),
    await writeFolder(path.join(directory, folder), new Map([[file, content]])),
  ];
}

/** The letters of every value as `\u0061`; keys stay as they are. */
function escapeAll(json: string): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(/"[^"\\]*":?/g, (text) =>
    text.endsWith(":") ? text : text.replace(/[a-z]/gi, escaped),
  );
}
