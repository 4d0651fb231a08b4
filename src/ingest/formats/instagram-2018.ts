/**
 * Instagram's export of 2018 to 2020: one `messages.json` with all threads, newest message first.
 *
 * It is read as a stream of threads, by stream-json, so that one of them is in memory.
 */
import path from "node:path";
import { pipeline, Readable } from "node:stream";
import type { StreamArrayItem } from "stream-json/streamers/stream-array.js";
import { type ExportEntry, peekEntry, streamEntry } from "../archives/index.ts";
import { drop, noteDrift } from "../tally.ts";
import { fullPath, isObject, type Json } from "./dyi/index.ts";
import type { ExportFormat, FoundPart, ParsedEntry, PartHeader, ReadContext } from "./format.ts";
import { cleanText } from "./text/index.ts";

export const instagram2018: ExportFormat = {
  name: "instagram-2018",
  async find(entry) {
    if (!/(?:^|\/)messages\.json$/.test(entry.path) || !startsLikeThreads(entry)) return [];
    const parts: FoundPart[] = [];
    const common = {
      format: "instagram-2018",
      network: "instagram",
      section: "inbox",
      entry,
      archive: 0,
      root: `${path.posix.dirname(fullPath(entry))}/`,
      exportIndex: 0,
      order: 0,
    };
    for await (const { key: item, value } of threadsOf(entry)) {
      const people = namesOf(value);
      const [newest] = Array.isArray(value.conversation) ? value.conversation : [];
      parts.push({
        ...common,
        thread: "instagram",
        people,
        title: "",
        newestAt: timeOf(newest) ?? 0,
        item,
      });
    }
    return parts;
  },
  read,
};

function startsLikeThreads(entry: ExportEntry): boolean {
  try {
    const head = peekEntry(entry, 4096).toString("utf8");
    return /^\uFEFF?\s*\[\s*\{/.test(head) && /"(?:participants|conversation)"/.test(head);
  } catch {
    return false;
  }
}

/** Files of this size are kept in memory while their threads are read one by one: few were larger. */
const rememberedBytes = 16_000_000;
let remembered: { entry: ExportEntry; threads: { key: number; value: Json }[] } | undefined;

async function* threadsOf(entry: ExportEntry): AsyncGenerator<{ key: number; value: Json }> {
  const isKnown = remembered?.entry.path === entry.path && remembered.entry.file === entry.file;
  if (isKnown) return yield* remembered?.threads ?? [];
  const threads: { key: number; value: Json }[] = [];
  for await (const thread of streamThreads(entry)) {
    if (entry.bytes <= rememberedBytes) threads.push(thread);
    yield thread;
  }
  if (entry.bytes <= rememberedBytes) remembered = { entry, threads };
}

async function* streamThreads(entry: ExportEntry): AsyncGenerator<{ key: number; value: Json }> {
  const { streamArray } = await import("stream-json/streamers/stream-array.js");
  const source = Readable.from(streamEntry(entry));
  const threads = streamArray.withParserAsStream({ packValues: true, streamValues: false });
  const items = pipeline(source, threads, () => {}) as unknown as AsyncIterable<StreamArrayItem>;
  try {
    for await (const { key, value } of items) if (isObject(value)) yield { key, value };
  } catch {
    // What was whole has been given; the parser's words quote the file.
    throw new Error("it is damaged or cut off (not whole JSON)");
  }
}

async function* read(
  { entry, item }: FoundPart,
  { owner, tally }: ReadContext,
): AsyncGenerator<ParsedEntry[], PartHeader> {
  for await (const { key, value } of threadsOf(entry)) {
    if (key !== item) continue;
    for (const name in value)
      if (!threadKeys.has(name)) noteDrift(`thread.${name}`, -1, { tally, file: entry.path });
    const messages = Array.isArray(value.conversation) ? value.conversation : [];
    const entries: ParsedEntry[] = [];
    for (const [index, message] of messages.entries()) {
      const read = readMessage(message, index, entry.path, tally);
      if (read !== undefined) entries.push(read);
    }
    yield entries.reverse();
    const participants = namesOf(value);
    return { title: participants.filter((name) => name !== owner).join(", "), participants };
  }
  return { title: undefined, participants: [] };
}

const threadKeys = new Set(["participants", "conversation"]);
const messageKeys = new Set(
  "sender created_at text likes media media_url media_share_url media_share_caption media_owner story_share heart link animated_media_images action mentioned_username profile_share_username profile_share_name live_video_share voice_media video_call_action user".split(
    " ",
  ),
);

function namesOf({ participants }: Json): string[] {
  const names = Array.isArray(participants) ? participants : [];
  return names.filter((name) => typeof name === "string").map((name: string) => cleanText(name, true));
}

function timeOf(message: unknown): number | undefined {
  if (!isObject(message) || typeof message.created_at !== "string") return undefined;
  const time = Date.parse(message.created_at);
  return time > 0 ? time : undefined;
}

function readMessage(
  message: unknown,
  index: number,
  file: string,
  tally: ReadContext["tally"],
): ParsedEntry | undefined {
  tally.read++;
  const sentAt = timeOf(message);
  if (!isObject(message) || sentAt === undefined) {
    drop(tally, isObject(message) ? "without a time" : "not in the shape of a message");
    return undefined;
  }
  for (const name in message) if (!messageKeys.has(name)) noteDrift(name, index, { tally, file });
  const text = stringOf(message.text);
  const media = stringOf(message.media) || stringOf(message.media_url);
  const link = stringOf(message.link) || stringOf(message.media_share_url) || stringOf(message.story_share);
  const attachments: ParsedEntry["attachments"] = [];
  if (media !== "") attachments.push({ kind: "media", name: media.slice(media.lastIndexOf("/") + 1) });
  if (link !== "") attachments.push({ kind: "link", name: link });
  const kind =
    text !== "" ? "text" : media !== "" ? "media" : link !== "" ? "share" : reactionOrEmpty(message);
  return { sender: stringOf(message.sender), sentAt, text, kind, attachments, reactions: likesOf(message) };
}

function reactionOrEmpty({ heart }: Json): ParsedEntry["kind"] {
  return heart === undefined ? "empty" : "reaction";
}

function likesOf({ likes }: Json): ParsedEntry["reactions"] {
  if (!Array.isArray(likes)) return [];
  return likes.flatMap((like) =>
    isObject(like) && typeof like.username === "string"
      ? [{ emoji: "❤", actor: cleanText(like.username, true) }]
      : [],
  );
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? cleanText(value, true) : "";
}
