/**
 * Tells words from what WhatsApp writes in place of pictures, calls and deleted messages.
 *
 * By structure first: WhatsApp puts a mark of direction before what it writes itself. By wording second, in the languages
 * for which wordings are known from people's exports; what is in doubt stays text.
 */
import type { Attachment, MessageKind } from "../../../handoffs/index.ts";
import { attached, deleted, edited, missedCalls, omittedMedia } from "./wording.ts";

interface Body {
  text: string;
  kind: MessageKind;
  attachments: Attachment[];
}

/** U+200E, and U+200F on phones whose language runs from right to left. */
const mark = "[\u200e\u200f]";
const marks = /[\u200e\u200f]/g;

/**
 * `unsent` is the kind of a deleted message.
 *
 * @param line Whether the whole line is marked, as iPhones do where something stands that is no text.
 */
export function readBody(written: string, line: { isMarked: boolean }): Body {
  const isMarked = /^[\u200e\u200f]/.test(written);
  const content = withoutEditedMark(written);
  const bare = content.replace(marks, "").trim();
  if (bare === "") return notWords("empty");
  if (deletedPattern.test(bare)) return notWords("unsent");
  if (isCall(bare, isMarked)) return notWords("call");
  if (waiting.test(bare)) return notWords("empty");
  if (isMarked && /^\p{Lu}{3,12}:\n/u.test(bare)) return notWords("poll");
  return (
    readPlace(bare) ??
    readOmitted(content) ??
    readAttached(content) ??
    (isMarked ? notWords(line.isMarked ? "media" : "service") : words(content))
  );
}

function notWords(kind: MessageKind, attachments: Attachment[] = []): Body {
  return { text: "", kind, attachments };
}

/** Words as they were typed, without the marks around mentioned names. */
function words(content: string, attachments: Attachment[] = []): Body {
  const text = content
    .replace(/[\u2068\u2069]/g, "")
    .normalize("NFC")
    .toWellFormed();
  return { text, kind: "text", attachments };
}

// ----- deleted and edited messages -----

const deletedPattern = new RegExp(`^(?:${deleted.join("|")})[.。।]?$`, "iu");
const waiting = /^waiting for this message\. this may take a while\.?$/i;

const editedPattern = new RegExp(` ?(?:${mark}<[^<>\\n]{6,60}>|${mark}?<(?:${edited.join("|")})\\.?>)$`, "u");

/** A mark at the end that names a file is an attachment: only those without a colon say that the text was edited. */
function withoutEditedMark(written: string): string {
  const [found] = editedPattern.exec(written) ?? [];
  const isEdited = found !== undefined && found.trim() !== written.trim() && !/[:：]/.test(found);
  return isEdited ? written.slice(0, -found.length) : written;
}

// ----- calls and places -----

const calls = /^(?:(?:missed|silenced) )?(?:group )?(?:voice|video) call(?:[.,]? .*)?$/i;
const certainCalls = new RegExp(
  `^(?:${missedCalls.join("|")})(?:[.,]? (?:tap|tippe|toca|toque).*)?\\.?$`,
  "iu",
);

/** Without the mark only the whole line of a missed call counts: `video call tomorrow?` is words. */
function isCall(bare: string, isMarked: boolean): boolean {
  return certainCalls.test(bare) || (isMarked && calls.test(bare));
}

function readPlace(bare: string): Body | undefined {
  const [, link] =
    /^[^\n:]{4,20}: (https:\/\/(?:maps\.google\.com|maps\.apple\.com|foursquare\.com)\/\S+)$/u.exec(bare) ??
    [];
  return link === undefined ? undefined : notWords("share", [{ kind: "link", name: link }]);
}

// ----- media -----

const mediaOmitted = new RegExp(`^${mark}?<(?:${omittedMedia.join("|")})>(?:\\n([\\s\\S]*))?$`, "iu");

const omittedKinds: [RegExp, MessageKind][] = [
  [/^(?:sticker|figurinha|autocollant|etiqueta)$/iu, "sticker"],
  [
    /^(?:image|video|video note|audio|gif|document|contact card|bild|dokument|kontaktkarte|imagen|vídeo|documento|imagem|immagine|afbeelding|görüntü|ses|belge|photo)$/iu,
    "media",
  ],
];

/** `<Media omitted>` on Android, `image omitted` after a mark on iPhones; the name of a document or a caption may follow. */
function readOmitted(content: string): Body | undefined {
  const android = mediaOmitted.exec(content);
  if (android !== null) return withCaption([], android[1] ?? "");
  const [, before = "", thing = ""] =
    new RegExp(
      `^([^\\n]*?)${mark}<?(\\p{L}+(?: \\p{L}+)?) (?:omitted|weggelassen|omitid[oa]|ocultad[oa]|omess[oa]|weggelaten|dahil edilmedi)>?$`,
      "iu",
    ).exec(content) ?? [];
  const kind = omittedKinds.find(([pattern]) => pattern.test(thing))?.[1];
  if (kind === undefined) return readOmittedDocument(content);
  // `report.pdf • 2 pages document omitted`
  const file = before.split("•")[0]?.replace(marks, "").trim() ?? "";
  return file === "" ? notWords(kind) : withCaption([], file);
}

/** `report.pdf • 2 pages document omitted`, in any language: the words behind the dot are marked. */
function readOmittedDocument(content: string): Body | undefined {
  const [, file] = new RegExp(`^${mark}?([^\\n•]+\\.\\w{2,5}) • ?${mark}`, "u").exec(content) ?? [];
  return file === undefined ? undefined : withCaption([], file.trim());
}

/** The name of a file that WhatsApp named itself, or that is marked: what stands in brackets may be of any language. */
const androidAttached = new RegExp(
  `^(?:${mark}([^\\n]+\\.\\w{2,5})|((?:IMG|VID|AUD|PTT|DOC|STK|GIF)-\\d{8}-WA\\d+\\.\\w{2,5})) \\([^()\\n]{3,40}\\)(?:\\n([\\s\\S]*))?$`,
  "u",
);
const androidAttachedUnmarked = new RegExp(
  `^([^\\n]+\\.\\w{2,5})() \\((?:${attached.join("|")})\\)(?:\\n([\\s\\S]*))?$`,
  "iu",
);
const appleAttached =
  /^([\s\S]*?)(?: ?[\u200e\u200f]<[^<>\n:：]{2,20}[:：] ?|<attached: )([^<>\n]+\.\w{2,5})>\s*([\s\S]*)$/u;

/** The name of a file, with the words that were sent along with it. */
function readAttached(content: string): Body | undefined {
  const android = androidAttached.exec(content) ?? androidAttachedUnmarked.exec(content);
  if (android !== null) return withCaption([fileNamed(android[1] || (android[2] ?? ""))], android[3] ?? "");
  const apple = appleAttached.exec(content);
  if (apple === null) return undefined;
  const caption = [apple[1], apple[3]].map((part = "") => part.replace(marks, "").trim());
  return withCaption([fileNamed(apple[2] ?? "")], caption.filter((part) => part !== "").join("\n"));
}

/** `plan.pdf (file attached)` in a language without a table, perhaps with words below. */
export function asAttached(text: string): Body {
  const [name = "", ...caption] = text.split("\n");
  return withCaption([fileNamed(name.replace(/ \([^()]*\)$/, ""))], caption.join("\n"));
}

function withCaption(attachments: Attachment[], caption: string): Body {
  if (caption.trim() === "")
    return notWords(attachments.some(({ kind }) => kind === "sticker") ? "sticker" : "media", attachments);
  const isFileName = attachments.length === 0 && /^[^\n/]{1,200}\.\w{2,5}$/u.test(caption);
  return isFileName ? notWords("media", [fileNamed(caption)]) : words(caption, attachments);
}

const kindsByExtension: [RegExp, Attachment["kind"]][] = [
  [/(?:STICKER.*|STK.*|)\.webp$/i, "sticker"],
  [/\.(?:jpe?g|png|heic)$/i, "photo"],
  [/GIF.*\.mp4$|\.gif$/i, "gif"],
  [/\.(?:mp4|mov|3gp)$/i, "video"],
  [/\.(?:opus|ogg|m4a|aac|mp3|amr)$/i, "audio"],
];

function fileNamed(name: string): Attachment {
  return { kind: kindsByExtension.find(([pattern]) => pattern.test(name))?.[1] ?? "file", name };
}
