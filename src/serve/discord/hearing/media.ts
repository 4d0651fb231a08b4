import { type Attachment, type Embed, type Message, MessageFlags, type MessageSnapshot } from "discord.js";
import { shownAs } from "../../../transcript/index.ts";

interface Media {
  /** The typed words, with links as they are shown. */
  words: string;
  /** All else that is to be seen, in brackets. */
  rest: string[];
}

/** More of a kind than this is too much to look at. */
const most = 4;

/** What is to be seen in a message beside its words: pictures, stickers, a poll, previews of links. */
export function mediaOf(message: Message | MessageSnapshot): Media {
  const isVoice = message.flags?.has(MessageFlags.IsVoiceMessage) ?? false;
  const { words, rest } = previewsIn(message);
  return {
    words,
    rest: [
      ...rest,
      ...pollIn(message),
      ...[...message.stickers.values()].slice(0, most).map(({ name }) => shownAs("sticker", plain(name))),
      ...[...message.attachments.values()]
        .slice(0, most)
        .map((attachment) => shownAs(isVoice ? "voice message" : kindOf(attachment), titleOf(attachment))),
    ],
  };
}

/** One line of a text that somebody chose, without what could be taken for structure. */
export function plain(text: string, longest = 60): string {
  const line = text
    .normalize("NFKC")
    .replace(/[[\]{}<>|:*_`~\\]/g, " ")
    .replace(/[\p{C}\p{Z}\s]+/gu, " ")
    .trim();
  return [...line].slice(0, longest).join("").trim();
}

/** Pages of animated pictures: what is shown is no link. */
const animation =
  /^https?:\/\/(?:www\.)?(?:tenor\.com|giphy\.com|klipy\.com|media\.tenor\.com|media\.giphy\.com)\/\S+$/i;

function previewsIn({ content, embeds }: Pick<Message, "content" | "embeds">): Media {
  const seen = embeds.slice(0, most);
  const isAnimation = animation.test(content.trim()) || seen.some(({ data }) => data.type === "gifv");
  if (isAnimation && !/\s/.test(content.trim())) return { words: "", rest: [shownAs("gif")] };
  let words = content;
  const rest: string[] = [];
  for (const embed of seen) {
    const title = shownTitle(embed);
    const { url } = embed;
    if (title === "") continue;
    const shown = shownAs("link", title);
    if (url !== null && words.includes(url)) words = words.replace(url, () => shown);
    else rest.push(url === null ? title : shown);
  }
  return { words, rest };
}

function shownTitle({ title, description }: Embed): string {
  return [title, description].flatMap((text) => plain(text ?? "", 200) || []).join(" – ");
}

function pollIn({ poll }: Message | MessageSnapshot): string[] {
  if (poll === null) return [];
  const answers = [...poll.answers.values()].flatMap(({ text }) => plain(text ?? "") || []);
  return [shownAs("poll", [plain(poll.question.text ?? "", 300), ...answers].join(" / "))];
}

function kindOf({ contentType, name }: Attachment): Parameters<typeof shownAs>[0] {
  const [kind, format] = (contentType ?? "").split(/[/;]/);
  if (format === "gif" || /\.gif$/i.test(name)) return "gif";
  if (kind === "image") return "photo";
  return kind === "video" || kind === "audio" ? kind : "file";
}

/** How whoever sent it describes it; a file shows its name. */
function titleOf(attachment: Attachment): string {
  const { description, name } = attachment;
  return plain(description ?? "", 200) || (kindOf(attachment) === "file" ? plain(name) : "");
}
