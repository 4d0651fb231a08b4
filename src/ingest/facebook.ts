/**
 * Reads one `message_N.json` of Facebook's or Instagram's "Download your information".
 *
 * Every field is optional except sender and time: the format has changed each year, and strict readers lose archives.
 */
import type { Attachment, Message, MessageKind, Reaction } from "../handoffs.ts";
import { isAsciiFile, repairMojibake } from "./mojibake.ts";
import { isServiceText } from "./service-text.ts";

/** A part of a thread, checked and repaired. */
export interface ParsedPart {
  title: string | undefined;
  participants: string[];
  /** Oldest first. */
  entries: ParsedEntry[];
  counts: PartCounts;
}

/** A message whose kind still depends on who the owner is. */
export type ParsedEntry = Omit<Message, "thread" | "source">;

export interface PartCounts {
  /** Entries of the file. */
  read: number;
  /** Entries left out, by reason. */
  dropped: Record<string, number>;
  /** Strings whose mojibake was undone. */
  repaired: number;
  /** Keys that this reader does not know, with the index of the first entry that has one. */
  unknownKeys: Map<string, { count: number; firstEntry: number }>;
}

type Json = Record<string, unknown>;

const knownKeys = new Set([
  ..."sender_name timestamp_ms timestamp content type is_unsent is_taken_down is_geoblocked_for_viewer".split(
    " ",
  ),
  ..."is_unsent_image_by_messenger_kid_parent bumped_message_metadata photos videos audio_files files gifs".split(
    " ",
  ),
  ..."sticker share reactions call_duration missed users ip plan sender_id_INTERNAL type_INTERNAL".split(" "),
]);

/** Reads the entries of a part, newest first as the file has them. */
export interface PartReader {
  add(entry: unknown, index: number): void;
  /** The part, once all entries were added; `header` is the object that held them. */
  finish(header: unknown): ParsedPart;
}

export function parsePart(bytes: Buffer): ParsedPart {
  const json = JSON.parse(withoutByteOrderMark(bytes).toString("utf8"));
  const messages = asObject(json)?.messages;
  const reader = createPartReader(isAsciiFile(bytes));
  if (Array.isArray(messages)) for (const [index, entry] of messages.entries()) reader.add(entry, index);
  return reader.finish(json);
}

export function createPartReader(needsRepair: boolean): PartReader {
  const counts: PartCounts = { read: 0, dropped: {}, repaired: 0, unknownKeys: new Map() };
  const text = textReader(needsRepair, counts);
  const entries: ParsedEntry[] = [];
  return {
    add(json, index) {
      counts.read++;
      const entry = readEntry(asObject(json), index, text, counts);
      if (typeof entry === "string") counts.dropped[entry] = (counts.dropped[entry] ?? 0) + 1;
      else entries.push(entry);
    },
    finish(header) {
      const json = asObject(header);
      if (!Array.isArray(json?.messages)) throw new Error("it has no list of messages");
      const people = Array.isArray(json.participants) ? json.participants : [];
      return {
        title: text(json.title),
        participants: people.map((person) => text(asObject(person)?.name ?? person) ?? ""),
        // Facebook writes the newest first; the order of equal times is the file's, reversed like all others.
        entries: entries.reverse(),
        counts,
      };
    },
  };
}

type TextReader = (value: unknown) => string | undefined;

function textReader(needsRepair: boolean, counts: PartCounts): TextReader {
  return (value) => {
    if (typeof value !== "string") return undefined;
    const repaired = needsRepair ? repairMojibake(value) : value.toWellFormed();
    if (repaired !== value) counts.repaired++;
    return repaired.normalize("NFC");
  };
}

/** An entry, or the reason why it is none. */
function readEntry(
  json: Json | undefined,
  index: number,
  text: TextReader,
  counts: PartCounts,
): ParsedEntry | string {
  if (json === undefined) return "not an object";
  noteUnknownKeys(json, index, counts);
  const sentAt = readTime(json);
  if (sentAt === undefined) return "without a time";
  if (json.is_unsent === true || json.is_taken_down === true) return "unsent";
  if (asObject(json.bumped_message_metadata)?.is_bumped === true && json.content === undefined)
    return "bumped copy";

  const attachments = readAttachments(json);
  const content = text(json.content) ?? "";
  const kind = kindOf(json, content, attachments);
  return {
    sender: text(json.sender_name) ?? "",
    sentAt,
    text: kind === "call" || kind === "service" ? "" : content,
    kind,
    attachments,
    reactions: readReactions(json.reactions, text),
  };
}

function noteUnknownKeys(json: Json, index: number, { unknownKeys }: PartCounts): void {
  for (const key in json) {
    if (knownKeys.has(key)) continue;
    const seen = unknownKeys.get(key);
    if (seen === undefined) unknownKeys.set(key, { count: 1, firstEntry: index });
    else seen.count++;
  }
}

/** Unix milliseconds; the variant of 2018 counts seconds. Zero and what is no time gives undefined. */
function readTime({ timestamp_ms, timestamp }: Json): number | undefined {
  const time = timestamp_ms ?? timestamp;
  if (typeof time !== "number" || !Number.isFinite(time) || time <= 0 || time > 8.64e15) return undefined;
  return Math.round(time < 1e11 ? time * 1000 : time);
}

function kindOf(json: Json, content: string, attachments: Attachment[]): MessageKind {
  if (json.call_duration !== undefined || json.missed !== undefined || json.type === "Call") return "call";
  if (json.type === "Subscribe" || json.type === "Unsubscribe") return "service";
  if (Array.isArray(json.users) && json.users.length > 0) return "service";
  if (content !== "") return "text";
  if (json.sticker != null) return "sticker";
  if (attachments.some(({ kind }) => kind !== "link")) return "media";
  if (json.share != null) return "share";
  return Array.isArray(json.reactions) && json.reactions.length > 0 ? "reaction" : "empty";
}

const mediaKeys = {
  photos: "photo",
  videos: "video",
  audio_files: "audio",
  files: "file",
  gifs: "gif",
} as const;

function readAttachments(json: Json): Attachment[] {
  const attachments: Attachment[] = [];
  for (const key in mediaKeys) {
    const items = json[key];
    if (!Array.isArray(items)) continue;
    for (const item of items)
      addAttachment(attachments, mediaKeys[key as keyof typeof mediaKeys], asObject(item)?.uri);
  }
  if (json.sticker != null) addAttachment(attachments, "sticker", asObject(json.sticker)?.uri);
  // `share_text` is somebody else's words: only the address is kept.
  if (json.share != null) addAttachment(attachments, "link", asObject(json.share)?.link, false);
  return attachments;
}

/** The folder in front of a file's name changes from export to export, so only the name is kept. */
function addAttachment(
  attachments: Attachment[],
  kind: Attachment["kind"],
  uri: unknown,
  isFile = true,
): void {
  if (typeof uri !== "string") return;
  attachments.push({ kind, name: isFile ? uri.slice(uri.lastIndexOf("/") + 1) : uri });
}

function readReactions(value: unknown, text: TextReader): Reaction[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const reaction = asObject(item);
    const emoji = text(reaction?.reaction);
    return emoji === undefined ? [] : [{ emoji, actor: text(reaction?.actor) ?? "" }];
  });
}

/** Decides the kinds that need the owner's name: Messenger's own sentences among the texts. */
export function withServiceTexts(entry: ParsedEntry, owner: string): ParsedEntry {
  if (entry.kind !== "text") return entry;
  const isService = isServiceText(entry.text, { sender: entry.sender, isOwner: entry.sender === owner });
  if (!isService) return entry;
  const kind = /^(?:Liked a message|.{0,60}[Rr]eacted )/su.test(entry.text) ? "reaction" : "service";
  return { ...entry, text: "", kind: entry.attachments.length > 0 ? "media" : kind };
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function asObject(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
