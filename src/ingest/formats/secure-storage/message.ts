/** The messages of secure storage, by the names of their fields. */
import { type CountedFile, drop, noteDrift } from "../../tally.ts";
import { isObject, type Json } from "../dyi/index.ts";
import type { ParsedEntry } from "../format.ts";
import { cleanText } from "../text/index.ts";

/** Reads one element of `messages`; undefined when it is left out, which is then counted. */
export function readMessage(
  value: unknown,
  index: number,
  { tally, file }: CountedFile,
): ParsedEntry | undefined {
  tally.read++;
  if (!isSecureStorageMessage(value)) {
    drop(tally, "not in the shape of a message");
    return undefined;
  }
  noteUnknownKeys(value, index, { tally, file });
  if (value.isUnsent === true || value.type === "placeholder") {
    drop(tally, "unsent");
    return undefined;
  }
  const text = clean(value.text ?? "");
  const attachments = (value.media ?? []).flatMap(attachmentOf);
  const reactions = (value.reactions ?? []).flatMap(({ reaction, actor }) =>
    reaction && reaction !== "unknown" ? [{ emoji: clean(reaction), actor: clean(actor ?? "") }] : [],
  );
  const time = value.timestamp ?? 0;
  return {
    sender: clean(value.senderName ?? ""),
    // 0 stands for a time that is not known: the message stays where it stands.
    sentAt: time > 0 && time <= 8.64e15 ? Math.round(time < 1e11 ? time * 1000 : time) : null,
    text: value.type === "poll" ? "" : text,
    kind: kindOf(value, text, attachments.length > 0),
    attachments,
    reactions,
  };
}

const messageKeys = new Set("isUnsent media reactions senderName senderId text timestamp type".split(" "));
const mediaKeys = new Set(["uri"]);
const reactionKeys = new Set(["reaction", "actor"]);

function noteUnknownKeys(message: SecureStorageMessage, index: number, place: CountedFile): void {
  const note = (object: object, known: Set<string>, path = "") => {
    for (const key in object) if (!known.has(key)) noteDrift(`${path}${key}`, index, place);
  };
  note(message, messageKeys);
  for (const item of message.media ?? []) note(item, mediaKeys, "media.");
  for (const item of message.reactions ?? []) note(item, reactionKeys, "reactions.");
}

interface SecureStorageMessage {
  senderName?: string | null;
  text?: string | null;
  timestamp?: number | null;
  type?: string | null;
  isUnsent?: boolean | null;
  media?: { uri?: string | null }[] | null;
  reactions?: { reaction?: string | null; actor?: string | null }[] | null;
}

export function isSecureStorageMessage(value: unknown): value is SecureStorageMessage {
  if (!isObject(value)) return false;
  const { senderName, text, timestamp, type, isUnsent, media, reactions } = value;
  return (
    isNullOr("string", senderName) &&
    isNullOr("string", text) &&
    isNullOr("number", timestamp) &&
    isNullOr("string", type) &&
    isNullOr("boolean", isUnsent) &&
    isNullOrList(media, ({ uri }) => isNullOr("string", uri)) &&
    isNullOrList(
      reactions,
      ({ reaction, actor }) => isNullOr("string", reaction) && isNullOr("string", actor),
    )
  );
}

function isNullOr(type: "string" | "number" | "boolean", value: unknown): boolean {
  return value == null || typeof value === type;
}

function isNullOrList(value: unknown, isItem: (item: Json) => boolean): boolean {
  return value == null || (Array.isArray(value) && value.every((item) => isObject(item) && isItem(item)));
}

/** The text is real UTF-8, and is never repaired: somebody may have typed `Ã©`. */
function clean(text: string): string {
  return cleanText(text, false);
}

const mediaKinds = {
  jpeg: "photo",
  jpg: "photo",
  png: "photo",
  mp4: "video",
  gif: "gif",
  ogg: "audio",
} as const;

function attachmentOf({ uri }: { uri?: string | null }): ParsedEntry["attachments"] {
  if (!uri || uri === "Failed to download media") return [];
  const name = uri.slice(uri.lastIndexOf("/") + 1).toWellFormed();
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return [{ kind: mediaKinds[ending as keyof typeof mediaKinds] ?? "media", name }];
}

function kindOf(
  { type, media }: SecureStorageMessage,
  text: string,
  hasAttachment: boolean,
): ParsedEntry["kind"] {
  if (type === "poll") return "poll";
  if (text !== "") return "text";
  if (hasAttachment || type === "media" || (media?.length ?? 0) > 0) return "media";
  return type === "link" ? "share" : "empty";
}
