/** What a message of an export may be, as schemas: the readers' own checks are held against them. */
import * as z from "zod";

/** JSON knows no NaN, but `1e400` is read as Infinity, which `z.number()` refuses: it is a number without a time. */
const number = z.custom<number>((value) => typeof value === "number");
const text = z.string().nullish();
const flag = z.boolean().nullish();

const File = z.looseObject({ uri: text });
const Files = z.array(File).nullish();

export const DyiMessageSchema = z.looseObject({
  sender_name: text,
  timestamp_ms: number.nullish(),
  timestamp: number.nullish(),
  content: text,
  type: text,
  is_unsent: flag,
  is_taken_down: flag,
  bumped_message_metadata: z.looseObject({ is_bumped: flag }).nullish(),
  photos: Files,
  videos: Files,
  audio_files: Files,
  files: Files,
  gifs: Files,
  sticker: File.nullish(),
  share: z.looseObject({ link: text }).nullish(),
  reactions: z.array(z.looseObject({ reaction: text, actor: text })).nullish(),
  call_duration: number.nullish(),
  missed: flag,
  users: z.array(z.looseObject({ name: text })).nullish(),
});

export const SecureStorageMessageSchema = z.looseObject({
  senderName: text,
  text,
  timestamp: number.nullish(),
  type: text,
  isUnsent: flag,
  media: Files,
  reactions: z.array(z.looseObject({ reaction: text, actor: text })).nullish(),
});
