/**
 * Who wrote what when, of a file of secure storage that is written as Messenger writes it. Most messages are nothing but a
 * text, and are told where they stand: what makes no objects takes a third of the time.
 */
import { isUtf8 } from "node:buffer";
import { type ExportEntry, readEntry } from "../archives/index.ts";
import type { EntryOutline, NoteOutline } from "./format.ts";
import { mayHaveSeveralLists, parseObject } from "./json/index.ts";
import { cleanText } from "./text/index.ts";

/**
 * Gives `note` the outlines of all messages; false where the file is written in another way or damaged.
 *
 * @param read Reads a message that is more than a text; undefined for one that is left out.
 */
export function readOutlinesOf(
  entry: ExportEntry,
  read: (message: unknown) => EntryOutline | undefined,
  note: NoteOutline,
): boolean {
  const bytes = readEntry(entry);
  if (mayHaveSeveralLists(bytes) || !isUtf8(bytes)) return false;
  // A byte a character: what is not told of a message needs no decoding.
  const json = bytes.toString("latin1");
  let at = endOf(start, json, 0);
  for (let isLast = false; !isLast; ) {
    if (at === undefined) return false;
    const plain = matchAt(plainMessage, json, at);
    const outline = plain === null ? readOther(json, at, read) : plainOutline(plain);
    if (outline === undefined) return false;
    if (outline !== "left out") note(outline);
    at = plain === null ? anyMessage.lastIndex : plainMessage.lastIndex;
    isLast = json[at - 1] === "]";
  }
  return endOf(end, json, at as number) === json.length;
}

function plainOutline([, sender = "", text = "", time]: RegExpExecArray): EntryOutline {
  return {
    sender: cleanText(sender, true),
    sentAt: Number(time),
    text: cleanText(text, true),
    kind: "text",
  };
}

/** Undefined where there is no whole message. */
function readOther(
  json: string,
  at: number,
  read: (message: unknown) => EntryOutline | undefined,
): EntryOutline | "left out" | undefined {
  const [, written] = matchAt(anyMessage, json, at) ?? [];
  const message =
    written === undefined ? undefined : parseObject(Buffer.from(written, "latin1").toString("utf8"));
  return message && (read(message) ?? "left out");
}

function endOf(pattern: RegExp, json: string, at: number): number | undefined {
  return matchAt(pattern, json, at) === null ? undefined : pattern.lastIndex;
}

/** Of a sticky pattern. */
function matchAt(pattern: RegExp, json: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(json);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has them nowhere but as escapes.
const plainString = /"([^"\\\x00-\x1f]*)"/.source;
const anyString = String.raw`"[^"\\]*(?:\\.[^"\\]*)*"`;
const object = `\\{(?:[^{}"]|${anyString})*\\}`;

const start = sticky(
  `_\\{_"participants"_:_\\[_(?:${plainString}_(?:,_(?=")|(?=\\])))*\\]_,_"threadName"_:_${plainString}_,_"messages"_:_\\[`,
);
/** A time of thirteen digits is one in milliseconds. */
const plainMessage = sticky(
  `_\\{_"isUnsent"_:_false_,_"media"_:_\\[_\\]_,_"reactions"_:_\\[_\\]_,_"senderName"_:_${plainString}_,` +
    `_"text"_:_${plainString.replace("*", "+")}_,_"timestamp"_:_(1\\d{12})_,_"type"_:_"text"_\\}_[,\\]]`,
);
const anyMessage = sticky(`_(\\{(?:[^{}"]|${anyString}|${object})*\\})_[,\\]]`);
const end = sticky("_\\}_");

/** With what JSON allows between its parts in place of each underscore. */
function sticky(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll("_", "[ \\t\\r\\n]*"), "y");
}
