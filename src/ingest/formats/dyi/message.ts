/** One message of Facebook's or Instagram's "Export your information", checked and repaired. */
import type { Attachment, MessageKind, Reaction } from "../../../handoffs/index.ts";
import { drop, noteDrift, type Tally } from "../../tally.ts";
import type { ParsedEntry } from "../format.ts";
import type { TextCleaner } from "../text/index.ts";
import { doubtOf } from "./doubt.ts";
import { isBeside, type OwnSentences } from "./own-sentences.ts";
import { isServiceText, serviceKind } from "./service-text.ts";
import { type DyiMessage, type File, hasAttachments, isDyiMessage } from "./shape.ts";

/** How the texts of one file are read, and where it is for the report. */
export interface DyiContext {
  owner: string;
  tally: Tally;
  /** Path of the file, for the first place of an unknown key. */
  file: string;
  cleaner: TextCleaner;
  own?: OwnSentences | undefined;
}

/** Reads one element of `messages`; undefined when it is left out, which is then counted. */
export function readDyiMessage(value: unknown, index: number, context: DyiContext): ParsedEntry | undefined {
  const { tally, owner, cleaner } = context;
  tally.read++;
  const reason = reasonToDrop(value, index, context);
  if (reason !== undefined) {
    drop(tally, reason);
    return undefined;
  }
  const json = value as DyiMessage;
  const sender = cleaner.name(json.sender_name ?? "");
  const content = json.content ? cleaner.text(json.content) : "";
  const attachments = hasAttachments(json) ? readAttachments(json, cleaner) : none;
  const known = kindOf(json, content, attachments, { sender, isOwner: sender === owner });
  const kind = known === "text" ? kindOfWords(json, content, attachments, { sender, context }) : known;
  const entry: ParsedEntry = {
    sender,
    sentAt: timeOf(json) as number,
    text: kind === "text" ? content : "",
    kind,
    attachments,
    reactions: json.reactions ? readReactions(json.reactions, cleaner) : none,
  };
  if (kind === "call" && typeof json.call_duration === "number") entry.callSeconds = json.call_duration;
  return entry;
}

/** Most messages have no attachment and no reaction: they share one list, which nobody changes. */
const none: never[] = [];

function reasonToDrop(value: unknown, index: number, context: DyiContext): string | undefined {
  if (!isDyiMessage(value, (key) => noteDrift(key, index, context))) return "not in the shape of a message";
  if (timeOf(value) === undefined) return "without a time";
  if (value.is_unsent === true || value.is_taken_down === true) return "unsent";
  if (value.bumped_message_metadata?.is_bumped === true && !value.content) return "bumped copy";
  return undefined;
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
  const hasMedia = attachments.some(isMedia);
  if (content !== "") return isServiceText(content, who) ? kindOfService(json, content, hasMedia) : "text";
  if (json.sticker != null) return "sticker";
  if (hasMedia) return "media";
  if (json.share != null) return "share";
  return json.reactions != null && json.reactions.length > 0 ? "reaction" : "empty";
}

/** Words, unless it can be told that the network wrote them, or may have. */
function kindOfWords(
  json: DyiMessage,
  content: string,
  attachments: Attachment[],
  { sender, context: { owner, own, tally } }: { sender: string; context: DyiContext },
): MessageKind {
  const doubt = doubtOf(content, {
    sender,
    isOwner: sender === owner,
    isBeside: own !== undefined && isBeside(json),
    own,
  });
  if (doubt === "uncertain") tally.uncertain++;
  return doubt === "certain" ? kindOfService(json, content, attachments.some(isMedia)) : "text";
}

function kindOfService({ share, sticker }: DyiMessage, content: string, hasMedia: boolean): MessageKind {
  return serviceKind(content, { hasMedia, hasLink: share != null, hasSticker: sticker != null });
}

function isMedia({ kind }: Attachment): boolean {
  return kind !== "link" && kind !== "sticker";
}

const mediaKinds = {
  photos: "photo",
  videos: "video",
  audio_files: "audio",
  files: "file",
  gifs: "gif",
} as const;

function readAttachments(json: DyiMessage, cleaner: TextCleaner): Attachment[] {
  const attachments: Attachment[] = [];
  for (const key in mediaKinds) {
    const name = key as keyof typeof mediaKinds;
    for (const file of json[name] ?? []) addFile(attachments, mediaKinds[name], file, cleaner);
  }
  if (json.sticker != null) addFile(attachments, "sticker", json.sticker, cleaner);
  // `share_text` is somebody else's words: only the address is kept.
  if (json.share?.link) attachments.push({ kind: "link", name: cleaner.text(json.share.link) });
  return attachments;
}

/** The folder in front of a file's name changes from export to export, so only the name is kept. */
function addFile(
  attachments: Attachment[],
  kind: Attachment["kind"],
  { uri }: File,
  cleaner: TextCleaner,
): void {
  if (uri) attachments.push({ kind, name: cleaner.text(uri.slice(uri.lastIndexOf("/") + 1)) });
}

function readReactions(reactions: NonNullable<DyiMessage["reactions"]>, cleaner: TextCleaner): Reaction[] {
  return reactions.flatMap(({ reaction, actor }) =>
    reaction ? [{ emoji: cleaner.name(reaction), actor: cleaner.name(actor ?? "") }] : [],
  );
}
