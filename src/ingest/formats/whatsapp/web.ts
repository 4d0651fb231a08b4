/**
 * WhatsApp Web's own export (2026): a zip of `chat.txt`, `chat.md` and `media/`, named after the chat.
 *
 * Its dates are always month/day/year; whoever exports is "You" in the language of the page; what stands for something else
 * is in angle brackets; and the notice of encryption, as the first line, has no date.
 */
import type { Attachment, MessageKind } from "../../../handoffs/index.ts";
import { readHeader } from "./header.ts";
import { isSelf } from "./self.ts";

/** Such as `[3/13/26, 10:00:05 AM]`. */
const webStyle = "[d,/sp";

export function isWebExport(firstLines: string[], style: string | undefined, fileName: string): boolean {
  const [first = ""] = firstLines.filter((line) => line.trim() !== "");
  return style === webStyle && (/^chat\.txt$/i.test(fileName) || readHeader(first) === undefined);
}

/** What stands for whoever exports, whether they wrote or not. */
export function selfAmong(people: string[]): string {
  return people.find(isSelf) ?? "You";
}

interface WebBody {
  kind: MessageKind;
  text: string;
  attachments: Attachment[];
}

/** What a message is beside words; undefined for words. */
export function readWebBody(body: string): WebBody | undefined {
  if (forwarded.test(body)) return notWords("share");
  if (poll.test(body)) return notWords("poll");
  const [, address] = place.exec(body) ?? [];
  if (address !== undefined) return notWords("share", [{ kind: "link", name: address }]);
  if (contact.test(body)) return notWords("share");
  const media = omitted.exec(body) ?? attached.exec(body);
  if (media === null) return undefined;
  const [, caption = ""] = media;
  if (caption.trim() !== "") return { kind: "text", text: caption, attachments: [] };
  return notWords(/^<?[^>(]*sticker/i.test(body) ? "sticker" : "media");
}

function notWords(kind: MessageKind, attachments: Attachment[] = []): WebBody {
  return { kind, text: "", attachments };
}

/** Others' words, passed on. */
const forwarded =
  /^\[(?:Forwarded(?: many times)?|(?:Häufig |Oft )?[Ww]eitergeleitet|Reenviado(?: muchas veces)?|Encaminhad[ao](?: com frequência| muitas vezes)?|Transféré(?: plusieurs fois)?|Inoltrato(?: molte volte)?|(?:Vaak )?[Dd]oorgestuurd|Переслано(?: много раз)?|İletildi|Diteruskan(?: berkali-kali)?)\] /u;
const poll = /^[^\n:]{3,20}: [^\n]*(?:\n {4}- [^\n]*)+$|^Poll$/u;
const place = /^(?:[^\n]+: )?[^\n:]{3,30}: -?[\d.]+, -?[\d.]+ [-—] (https:\/\/maps\.google\.com\/\S+)$/u;
const contact = /^[^\n:]{3,20}: BEGIN:VCARD|^\d+ contacts? shared$/u;
const omitted = /^<\p{L}[\p{L}\p{M}\p{Zs}'’-]{3,60}>(?: ([\s\S]*))?$/u;
const attached = /^(?:[^\n]+\.\w{2,5}|[\p{L} ]{3,30}) \(file attached\)(?: ([\s\S]*))?$|^GIF attached$/u;
