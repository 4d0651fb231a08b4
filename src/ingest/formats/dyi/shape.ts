/**
 * What a message of Facebook's or Instagram's "Export your information" may look like. It was called "Download your
 * information" before, and its format is still known as DYI.
 *
 * Every field is optional but the time: the format has changed each year, and strict readers lose archives. A field that
 * is there has its type or is null. A schema library would cost more than the parsing; a test holds the check here
 * against a zod schema.
 */

export type Json = Record<string, unknown>;

export interface File {
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

/** Whether there may be something beside the words; true for what has no words. */
export function hasAttachments(json: DyiMessage): boolean {
  // Every message has few keys, so asking for what is usual first spares most of the questions.
  if (json.content != null && json.share == null && json.photos == null) return hasRareAttachments(json);
  return true;
}

function hasRareAttachments({ videos, audio_files, files, gifs, sticker }: DyiMessage): boolean {
  return videos != null || audio_files != null || files != null || gifs != null || sticker != null;
}

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
