/**
 * One message of Facebook's or Instagram's "Download your information", checked and repaired.
 *
 * Every field is optional but the time: the format has changed each year, and strict readers lose archives. A field that
 * is there has its type or is null. A schema library would cost more than the parsing; a test holds the check here
 * against a zod schema.
 */
import type { Attachment, MessageKind, Reaction } from "../../handoffs.ts";
import { drop, type Tally } from "../tally.ts";
import type { ParsedEntry } from "./format.ts";
import { isServiceText, mayBeServiceText, serviceKind } from "./service-text.ts";

export type Json = Record<string, unknown>;

/** How the texts of one file are read, and where it is for the report. */
export interface DyiContext {
  owner: string;
  tally: Tally;
  /** Path of the file, for the first place of an unknown key. */
  file: string;
  /** Repairs and normalises. */
  clean(text: string): string;
  /** The same for names, which are few and recur: each is cleaned once. */
  cleanName(name: string): string;
}

/** Reads one element of `messages`; undefined when it is left out, which is then counted. */
export function readDyiMessage(value: unknown, index: number, context: DyiContext): ParsedEntry | undefined {
  const { tally, owner, clean, cleanName } = context;
  tally.read++;
  const reason = reasonToDrop(value, index, context);
  if (reason !== undefined) {
    drop(tally, reason);
    return undefined;
  }
  const json = value as DyiMessage;
  const sender = cleanName(json.sender_name ?? "");
  const content = json.content ? clean(json.content) : "";
  const attachments = hasAttachments(json) ? readAttachments(json, clean) : none;
  const kind = kindOf(json, content, attachments, { sender, isOwner: sender === owner });
  if (kind === "text" && mayBeServiceText(content, sender)) tally.uncertain++;
  const entry: ParsedEntry = {
    sender,
    sentAt: timeOf(json) as number,
    text: kind === "text" ? content : "",
    kind,
    attachments,
    reactions: json.reactions ? readReactions(json.reactions, cleanName) : none,
  };
  if (kind === "call" && typeof json.call_duration === "number") entry.callSeconds = json.call_duration;
  return entry;
}

/** Most messages have no attachment and no reaction: they share one list, which nobody changes. */
const none: never[] = [];

interface File {
  uri?: string | null;
}

/** What `isDyiMessage` lets pass. */
export interface DyiMessage {
  sender_name?: string | null;
  timestamp_ms?: number | null;
  timestamp?: number | null;
  content?: string | null;
  type?: string | null;
  is_unsent?: boolean | null;
  is_taken_down?: boolean | null;
  bumped_message_metadata?: { is_bumped?: boolean | null } | null;
  photos?: File[] | null;
  videos?: File[] | null;
  audio_files?: File[] | null;
  files?: File[] | null;
  gifs?: File[] | null;
  sticker?: File | null;
  share?: { link?: string | null } | null;
  reactions?: { reaction?: string | null; actor?: string | null }[] | null;
  call_duration?: number | null;
  missed?: boolean | null;
  users?: object[] | null;
}

function reasonToDrop(value: unknown, index: number, context: DyiContext): string | undefined {
  if (!isDyiMessage(value, (key) => noteDrift(key, index, context))) return "not in the shape of a message";
  if (timeOf(value) === undefined) return "without a time";
  if (value.is_unsent === true || value.is_taken_down === true) return "unsent";
  if (value.bumped_message_metadata?.is_bumped === true && !value.content) return "bumped copy";
  return undefined;
}

export function noteDrift(key: string, index: number, { tally, file }: { tally: Tally; file: string }): void {
  const known = tally.drift.get(key);
  if (known !== undefined) known.count++;
  else if (tally.drift.size < mostDriftKeys)
    tally.drift.set(key, { count: 1, firstFile: file, firstEntry: index });
}

/** A hostile file can have a new key in every entry. */
const mostDriftKeys = 100;

/** True for what `DyiMessage` describes; tells of each key that it does not know. */
export function isDyiMessage(value: unknown, onUnknownKey: (key: string) => void): value is DyiMessage {
  if (!isObject(value)) return false;
  for (const key in value) {
    const field = value[key];
    if (!isFieldOfMessage(key, field, onUnknownKey)) return false;
  }
  return true;
}

function isFieldOfMessage(key: string, field: unknown, onUnknownKey: (key: string) => void): boolean {
  switch (key) {
    case "sender_name":
    case "content":
    case "type":
      return typeof field === "string" || field == null;
    case "timestamp_ms":
    case "timestamp":
    case "call_duration":
      return typeof field === "number" || field == null;
    case "is_unsent":
    case "is_taken_down":
    case "missed":
      return typeof field === "boolean" || field == null;
    case "is_geoblocked_for_viewer":
    case "is_unsent_image_by_messenger_kid_parent":
    case "ip":
    case "plan":
    case "sender_id_INTERNAL":
    case "media_path_INTERNAL":
    case "type_INTERNAL":
      return true;
    default:
      return isNestedField(key, field, onUnknownKey);
  }
}

function isNestedField(key: string, field: unknown, onUnknownKey: (key: string) => void): boolean {
  switch (key) {
    case "photos":
    case "videos":
    case "audio_files":
    case "files":
    case "gifs":
      return field == null || isListOf(field, key, fileShape, onUnknownKey);
    case "reactions":
      return field == null || isListOf(field, key, reactionShape, onUnknownKey);
    case "users":
      return field == null || isListOf(field, key, userShape, onUnknownKey);
    case "sticker":
      return field == null || isShape(field, key, fileShape, onUnknownKey);
    case "share":
      return field == null || isShape(field, key, shareShape, onUnknownKey);
    case "bumped_message_metadata":
      return field == null || isShape(field, key, bumpShape, onUnknownKey);
    default:
      onUnknownKey(key);
      return true;
  }
}

/** Keys of a nested object, and the type of those that are read. */
type Shape = Record<string, "string" | "boolean" | "unread">;

const fileShape: Shape = {
  __proto__: null as never,
  uri: "string",
  creation_timestamp: "unread",
  thumbnail: "unread",
  ai_stickers: "unread",
  backup_uri: "unread",
};
const reactionShape: Shape = {
  __proto__: null as never,
  reaction: "string",
  actor: "string",
  timestamp: "unread",
};
const userShape: Shape = { __proto__: null as never, name: "string" };
const bumpShape: Shape = { __proto__: null as never, is_bumped: "boolean", bumped_message: "unread" };
const shareShape: Shape = {
  __proto__: null as never,
  link: "string",
  share_text: "unread",
  original_content_owner: "unread",
  profile_share_username: "unread",
  profile_share_name: "unread",
  media: "unread",
};

function isListOf(value: unknown, path: string, shape: Shape, onUnknownKey: (key: string) => void): boolean {
  return Array.isArray(value) && value.every((item) => isShape(item, path, shape, onUnknownKey));
}

function isShape(value: unknown, path: string, shape: Shape, onUnknownKey: (key: string) => void): boolean {
  if (!isObject(value)) return false;
  for (const key in value) {
    const type = shape[key];
    const field = value[key];
    if (type === undefined) onUnknownKey(`${path}.${key}`);
    else if (type !== "unread" && field != null && typeof field !== type) return false;
  }
  return true;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Latest time that a Date can hold, in ms. */
const latestTime = 8.64e15;

/** Unix milliseconds; the variant of 2018 counts seconds. Undefined for zero, and for what is no time. */
function timeOf({ timestamp_ms, timestamp }: DyiMessage): number | undefined {
  const time = timestamp_ms ?? timestamp;
  if (time == null || !(time > 0) || time > latestTime) return undefined;
  return Math.round(time < 1e11 ? time * 1000 : time);
}

function kindOf(
  json: DyiMessage,
  content: string,
  attachments: Attachment[],
  who: { sender: string; isOwner: boolean },
): MessageKind {
  if (json.call_duration != null || json.missed != null || json.type === "Call") return "call";
  if (json.type === "Subscribe" || json.type === "Unsubscribe") return "service";
  if (json.users != null && json.users.length > 0) return "service";
  const hasMedia = attachments.some(({ kind }) => kind !== "link" && kind !== "sticker");
  if (content !== "") {
    if (!isServiceText(content, who)) return "text";
    return serviceKind(content, { hasMedia, hasLink: json.share != null, hasSticker: json.sticker != null });
  }
  if (json.sticker != null) return "sticker";
  if (hasMedia) return "media";
  if (json.share != null) return "share";
  return json.reactions != null && json.reactions.length > 0 ? "reaction" : "empty";
}

function hasAttachments(json: DyiMessage): boolean {
  // Every message has few keys, so asking for what is usual first spares most of the questions.
  if (json.content != null && json.share == null && json.photos == null) return hasRareAttachments(json);
  return true;
}

function hasRareAttachments({ videos, audio_files, files, gifs, sticker }: DyiMessage): boolean {
  return videos != null || audio_files != null || files != null || gifs != null || sticker != null;
}

const mediaKinds = {
  photos: "photo",
  videos: "video",
  audio_files: "audio",
  files: "file",
  gifs: "gif",
} as const;

function readAttachments(json: DyiMessage, clean: DyiContext["clean"]): Attachment[] {
  const attachments: Attachment[] = [];
  for (const key in mediaKinds) {
    const name = key as keyof typeof mediaKinds;
    for (const file of json[name] ?? []) addFile(attachments, mediaKinds[name], file, clean);
  }
  if (json.sticker != null) addFile(attachments, "sticker", json.sticker, clean);
  // `share_text` is somebody else's words: only the address is kept.
  if (json.share?.link) attachments.push({ kind: "link", name: clean(json.share.link) });
  return attachments;
}

/** The folder in front of a file's name changes from export to export, so only the name is kept. */
function addFile(
  attachments: Attachment[],
  kind: Attachment["kind"],
  { uri }: File,
  clean: DyiContext["clean"],
): void {
  if (uri) attachments.push({ kind, name: clean(uri.slice(uri.lastIndexOf("/") + 1)) });
}

function readReactions(
  reactions: NonNullable<DyiMessage["reactions"]>,
  cleanName: DyiContext["cleanName"],
): Reaction[] {
  return reactions.flatMap(({ reaction, actor }) =>
    reaction ? [{ emoji: cleanName(reaction), actor: cleanName(actor ?? "") }] : [],
  );
}
