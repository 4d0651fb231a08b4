/**
 * Tells words from what WhatsApp writes in place of pictures, calls and deleted messages.
 *
 * By structure first: WhatsApp puts U+200E before what it writes itself. By wording second, in the languages for which
 * wordings are known from people's exports; what is in doubt stays text.
 */
import type { Attachment, MessageKind } from "../../../handoffs/index.ts";

interface Body {
  text: string;
  kind: MessageKind;
  attachments: Attachment[];
}

const mark = "\u200e";

/** `unsent` is the kind of a deleted message. */
export function readBody(written: string): Body {
  const isMarked = written.startsWith(mark);
  const content = withoutEditedMark(written);
  const bare = content.replaceAll(mark, "").trim();
  if (bare === "") return notWords("empty");
  if (deleted.test(bare)) return notWords("unsent");
  if (isCall(bare, isMarked)) return notWords("call");
  if (isMarked && /^\p{Lu}{3,12}:\n/u.test(bare)) return notWords("poll");
  return (
    readPlace(bare) ??
    readOmitted(content) ??
    readAttached(content) ??
    (isMarked ? notWords("service") : words(content))
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

const deleted = new RegExp(
  `^(?:${[
    "this message was deleted(?: by admin .+)?",
    "you deleted this message(?: as admin)?",
    "diese nachricht wurde gelöscht",
    "du hast diese nachricht gelöscht",
    "se eliminó este mensaje",
    "este mensaje fue eliminado",
    "eliminaste este mensaje",
    "(?:esta )?mensagem (?:foi )?apagada",
    "(?:você apagou|apagou) esta mensagem",
    "ce message a été supprimé",
    "vous avez supprimé ce message",
    "questo messaggio è stato eliminato",
    "hai eliminato questo messaggio",
    "dit bericht is verwijderd",
    "(?:u hebt|je hebt) dit bericht verwijderd",
  ].join("|")})\\.?$`,
  "iu",
);

const edited = [
  "This message was edited",
  "Diese Nachricht wurde bearbeitet",
  "Se editó este mensaje",
  "Mensagem editada",
  "Esta mensagem foi editada",
  "Ce message a été modifié",
  "Questo messaggio è stato modificato",
  "Dit bericht is bewerkt",
];

const editedPattern = new RegExp(` ?(?:${mark}<[^<>\\n]{6,60}>|${mark}?<(?:${edited.join("|")})\\.?>)$`, "u");

/** A mark at the end that names a file is an attachment: only those without a colon say that the text was edited. */
function withoutEditedMark(written: string): string {
  const [found] = editedPattern.exec(written) ?? [];
  const isEdited = found !== undefined && found.trim() !== written.trim() && !/[:：]/.test(found);
  return isEdited ? written.slice(0, -found.length) : written;
}

// ----- calls and places -----

const calls = /^(?:(?:missed|silenced) )?(?:group )?(?:voice|video) call(?:[.,]? .*)?$/i;
const certainCalls =
  /^(?:missed (?:group )?(?:voice|video) call|verpasster (?:sprach|video)anruf|llamada perdida|videollamada perdida|chamada (?:de voz|de vídeo) perdida|appel (?:vocal|vidéo) manqué|chiamata persa)(?:[.,]? (?:tap|tippe|toca|toque).*)?\.?$/iu;

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

const mediaOmitted = new RegExp(
  `^${mark}?<(?:${[
    "Media omitted",
    "Medien ausgeschlossen",
    "Multimedia omitido",
    "Archivo omitido",
    "Mídia oculta",
    "Arquivo de mídia oculto",
    "Ficheiro não revelado",
    "Médias omis",
    "Fichier omis",
    "Media omessi",
    "Media weggelaten",
    "Без медиафайлов",
    "Medya dahil edilmedi",
    "pominięto multimedia",
    "Media tidak disertakan",
  ].join("|")})>(?:\\n([\\s\\S]*))?$`,
  "iu",
);

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
  if (kind === undefined) return undefined;
  // `report.pdf • 2 pages document omitted`
  const file = before.split("•")[0]?.replaceAll(mark, "").trim() ?? "";
  return file === "" ? notWords(kind) : withCaption([], file);
}

const androidAttached =
  /^\u200e?([^\n]+\.\w{2,5}) \((?:file attached|Datei angehängt|archivo adjunto|arquivo anexado|ficheiro anexado|fichier joint|file allegato|bestand bijgevoegd)\)(?:\n([\s\S]*))?$/iu;
const appleAttached =
  /^([\s\S]*?)(?: ?\u200e<[^<>\n:：]{2,20}[:：] ?|<attached: )([^<>\n]+\.\w{2,5})>\s*([\s\S]*)$/u;

/** The name of a file, with the words that were sent along with it. */
function readAttached(content: string): Body | undefined {
  const android = androidAttached.exec(content);
  if (android !== null) return withCaption([fileNamed(android[1] ?? "")], android[2] ?? "");
  const apple = appleAttached.exec(content);
  if (apple === null) return undefined;
  const caption = [apple[1], apple[3]].map((part = "") => part.replaceAll(mark, "").trim());
  return withCaption([fileNamed(apple[2] ?? "")], caption.filter((part) => part !== "").join("\n"));
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
