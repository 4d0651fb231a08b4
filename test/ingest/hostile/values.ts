/** Values of every wrong type, and times outside all calendars. */
import { writeFolder } from "../export-writer.ts";
import {
  friend,
  goodFiles,
  goodWords,
  type HostileInput,
  hostileFile,
  messagesRow,
  type Outcome,
  start,
  text,
  threadOf,
} from "./parts.ts";

export const strange: unknown[] = [
  5,
  -1,
  0.5,
  true,
  null,
  {},
  [],
  "x",
  [null],
  [5],
  ["x"],
  [{}],
  [[]],
  { a: [{}] },
  { name: {} },
  { link: 5 },
  { uri: [] },
  [{ uri: 5, name: 5, reaction: 5, actor: {} }],
];

const fields =
  "sender_name timestamp_ms content photos videos audio_files files gifs sticker share reactions call_duration missed users is_unsent is_taken_down bumped_message_metadata ip type plan is_geoblocked_for_viewer";

/** Fields of messages whose values nobody reads. */
const unread = new Set(["ip", "plan", "is_geoblocked_for_viewer"]);

export function wrongTypes(): HostileInput[] {
  const inMessages = fields.split(" ").map((field) => {
    const messages = strange.map((value, index) =>
      JSON.stringify({
        sender_name: friend,
        timestamp_ms: start + 10 + index,
        content: "side",
        [field]: value,
      }),
    );
    return messagesRow(
      `values of every wrong type as ${field}`,
      messages,
      unread.has(field) ? "imported" : "warned",
      ["side", "x"],
    );
  });
  const inThreads = [
    "participants",
    "title",
    "magic_words",
    "is_still_participant",
    "thread_path",
    "image",
    "joinable_mode",
  ].map((field) => {
    const files = strange.map((value, index): [string, string] => [
      hostileFile.replace("eva_9", `eva_9${index}`),
      JSON.stringify({ ...threadOf([text(friend, `own words ${index}`)]), [field]: value }),
    ]);
    return {
      name: `values of every wrong type as ${field}`,
      outcome: "imported" as Outcome,
      good: [...goodWords, ...strange.map((_, index) => `own words ${index}`)],
      make: async (directory: string) => [await writeFolder(directory, new Map([...goodFiles(), ...files]))],
    };
  });
  const messages = strange.map((value, index): [string, string] => [
    hostileFile.replace("eva_9", `eva_9${index}`),
    JSON.stringify({ ...threadOf([]), messages: value }),
  ]);
  return [
    ...inMessages,
    ...inThreads,
    {
      name: "values of every wrong type as messages",
      outcome: "warned",
      good: goodWords,
      make: async (directory) => [await writeFolder(directory, new Map([...goodFiles(), ...messages]))],
    },
  ];
}

export function oddTimes(): HostileInput[] {
  const times = [
    "-1",
    "-1e15",
    "0",
    "1e18",
    "8.64e15",
    "9e15",
    "1e400",
    "-1e400",
    "1600000000000.5",
    '"1600000000000"',
    "null",
    "9007199254740993",
    "1e-9",
  ];
  const messages = times.map((time) => `{"sender_name":"${friend}","timestamp_ms":${time},"content":"side"}`);
  const seconds = times.map((time) => `{"sender_name":"${friend}","timestamp":${time},"content":"side"}`);
  return [
    messagesRow("times before, after and outside all calendars", messages, "warned", ["side"]),
    messagesRow("seconds before, after and outside all calendars", seconds, "warned", ["side"]),
  ];
}
