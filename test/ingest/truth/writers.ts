/**
 * Writes a world as Meta's exports write it: DYI of four eras, Instagram's, and the end-to-end encrypted chats.
 * Knows nothing of the reader.
 */
import { type ExportFiles, facebookJson } from "../export-writer.ts";
import type { Content, Entry, SecureContent, Thread, World } from "./world.ts";

export type Era = "2018" | "2020" | "2023" | "2024" | "instagram";

const roots: Record<Era, string> = {
  "2018": "messages",
  "2020": "messages",
  "2023": "your_activity_across_facebook/messages",
  "2024": "your_facebook_activity/messages",
  instagram: "your_instagram_activity/messages",
};

/** Newest first, 10,000 messages a file, pure ASCII with each UTF-8 byte as one escaped character. */
export function dyiFiles(world: World, { era = "2024" as Era, withOwner = true } = {}): ExportFiles {
  const files: ExportFiles = new Map();
  for (const thread of world.threads) {
    const folder = `${thread.section}/${slugOf(thread.title)}_${thread.id}`;
    const messages = thread.entries
      .map((entry) => dyiMessage(entry, { world, thread, era, folder }))
      .reverse();
    const size = era === "2018" ? Math.max(1, messages.length) : thread.partSize;
    for (let part = 0; part * size < messages.length; part++) {
      const name = era === "2018" ? "message.json" : `message_${part + 1}.json`;
      files.set(
        `${roots[era]}/${folder}/${name}`,
        facebookJson({
          participants: thread.listed.map((id) =>
            era === "2018" ? nameOf(world, id) : { name: nameOf(world, id) },
          ),
          messages: messages.slice(part * size, (part + 1) * size),
          title: thread.title,
          is_still_participant: thread.listed.length > 1,
          ...(era === "2018" || era === "2020"
            ? { thread_type: thread.isGroup ? "RegularGroup" : "Regular" }
            : {}),
          thread_path: folder,
          ...(era === "2018" ? { status: 1 } : { magic_words: [] }),
          ...(thread.isGroup && era === "2024" ? { joinable_mode: { mode: 1, link: "" } } : {}),
        }),
      );
    }
  }
  if (withOwner) files.set(...profileFile(world, era));
  for (const name of sideFiles) files.set(`${roots[era]}/${name}`, "[object Object]");
  return files;
}

/** Beside the threads lie files that no reader of threads has business with; Facebook's are not always JSON. */
const sideFiles = ["messaging_settings.json", "your_chat_settings_on_web.json", "stickers_used/1.json"];

function profileFile(world: World, era: Era): [string, string] {
  const name = nameOf(world, 0);
  if (era === "instagram") {
    const value = {
      profile_user: [{ string_map_data: { Name: { value: name }, Username: { value: "ana" } } }],
    };
    return ["personal_information/personal_information/personal_information.json", facebookJson(value)];
  }
  const earlierName = world.people[0]?.earlierName;
  const previous =
    earlierName === undefined || earlierName === name
      ? []
      : [{ name: earlierName, timestamp: 1_500_000_000 }];
  const value =
    era === "2018"
      ? { profile: { name } }
      : {
          profile_v2: { name: { full_name: name, first_name: name.split(" ")[0] }, previous_names: previous },
        };
  const folder = era === "2018" || era === "2020" ? "" : "personal_information/";
  return [`${folder}profile_information/profile_information.json`, facebookJson(value)];
}

interface Place {
  world: World;
  thread: Thread;
  era: Era;
  folder: string;
}

function dyiMessage(entry: Entry, place: Place): Record<string, unknown> {
  const { world, era } = place;
  const time =
    entry.sentAt === null
      ? {}
      : era === "2018"
        ? { timestamp: entry.sentAt / 1000 }
        : { timestamp_ms: entry.sentAt };
  const reactions = entry.reactions.map(({ emoji, actor }) => ({
    reaction: emoji,
    actor: nameOf(world, actor),
    ...(era === "2024" ? { timestamp: Math.floor((entry.sentAt ?? 0) / 1000) } : {}),
  }));
  return {
    sender_name: nameOf(world, entry.sender),
    ...time,
    ...dyiContent(entry, place),
    ...(reactions.length > 0 ? { reactions } : {}),
    ...(era === "2018" || era === "2020" ? { type: typeOf(entry.content) } : {}),
    ...(era === "2024"
      ? { is_geoblocked_for_viewer: false, is_unsent_image_by_messenger_kid_parent: false }
      : {}),
  };
}

function typeOf(content: Content): string {
  if (content.type === "share") return "Share";
  if (content.type === "call") return "Call";
  return (content.type === "service" ? content.subscription : undefined) ?? "Generic";
}

function dyiContent(entry: Entry, place: Place): Record<string, unknown> {
  const { content } = entry;
  const uri = (kind: string, name: string) => `${roots[place.era]}/${place.folder}/${kind}/${name}`;
  const seconds = Math.floor((entry.sentAt ?? 0) / 1000);
  const line = (text: string) => lineOf(text, entry, place);
  switch (content.type) {
    case "text":
      return {
        content: content.text,
        ...(content.link === undefined
          ? {}
          : { share: { link: content.link, share_text: "words of somebody else" } }),
        ...(content.photo === undefined
          ? {}
          : { photos: [{ uri: uri("photos", content.photo), creation_timestamp: seconds }] }),
      };
    case "media":
      return {
        ...(content.line === undefined ? {} : { content: line(content.line) }),
        [content.field]: content.names.map((name) => ({
          uri: uri(content.field.replace("_files", ""), name),
          ...(content.field === "gifs" ? {} : { creation_timestamp: seconds }),
        })),
      };
    case "sticker":
      return { sticker: { uri: `${roots[place.era]}/stickers_used/${content.name}`, ai_stickers: [] } };
    case "share":
      return {
        ...(content.line === undefined ? {} : { content: line(content.line) }),
        share: {
          ...(content.link === undefined ? {} : { link: content.link }),
          ...(content.shareText === undefined ? {} : { share_text: content.shareText }),
        },
      };
    case "call":
      return {
        content: line(content.line),
        call_duration: content.seconds,
        ...(content.missed ? { missed: true } : {}),
      };
    case "service":
      return {
        content: line(content.line),
        ...(content.subscription === undefined
          ? {}
          : { users: [{ name: nameOf(place.world, otherThan(entry, place)) }] }),
      };
    case "poll":
    case "reaction":
      return { content: line(content.line) };
    case "nothing":
      return {
        undefined: {},
        ip: { ip: "203.0.113.9" },
        "empty text": { content: "" },
        "null text": { content: null },
      }[content.leftover ?? "undefined"];
    case "unsent":
      return {
        ...(content.words === undefined ? {} : { content: content.words }),
        is_unsent: true,
        ...(content.takenDown ? { is_taken_down: true } : {}),
      };
    case "bumped":
      return { bumped_message_metadata: { bumped_message: content.words, is_bumped: true } };
    case "without a time":
      return { content: content.text };
  }
}

/** Facebook calls the owner `You`, and others by their first or their whole name. */
function lineOf(line: string, entry: Entry, place: Place): string {
  const name = (id: number) => {
    const person = place.world.people[id];
    if (person === undefined || person.name === "") return "Someone";
    return person.isGone || (entry.sentAt ?? 0) % 2 === 0 ? person.name : (person.name.split(" ")[0] ?? "");
  };
  return line
    .replaceAll("{A}", () => (entry.sender === 0 ? "You" : name(entry.sender)))
    .replaceAll("{X}", () => name(otherThan(entry, place)));
}

function otherThan({ sender }: Entry, { thread }: Place): number {
  return thread.listed.find((id) => id !== sender && id !== 0) ?? 0;
}

function nameOf({ people }: World, id: number): string {
  return people[id]?.name ?? "";
}

function slugOf(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** One flat file a thread, real UTF-8, oldest first, all seven keys in each message. */
export function secureFiles(world: World, { root = "", firstIndex = 1 } = {}): ExportFiles {
  const files: ExportFiles = new Map();
  world.secureThreads.forEach(({ people, title, entries }, index) => {
    const threadName = `${title}_${firstIndex + index}`;
    const value = {
      participants: people.map((id) => nameOf(world, id)),
      threadName,
      messages: entries.map((entry) => secureMessage(entry, world)),
    };
    files.set(`${root}${threadName.replaceAll("/", "_")}.json`, JSON.stringify(value, undefined, 2));
  });
  return files;
}

function secureMessage(entry: Entry<SecureContent>, world: World): Record<string, unknown> {
  return {
    isUnsent: entry.content.type === "placeholder",
    media: mediaOf(entry.content),
    reactions: entry.reactions.map(({ emoji, actor }) => ({ actor: nameOf(world, actor), reaction: emoji })),
    senderName: nameOf(world, entry.sender),
    text: secureText(entry.content),
    timestamp: entry.sentAt ?? 0,
    type: entry.content.type === "nothing" ? "" : entry.content.type,
  };
}

function mediaOf(content: SecureContent): { uri: string }[] {
  if (content.type !== "media") return [];
  if (content.isMissing) return [{ uri: "Failed to download media" }];
  return content.names.map((name) => ({ uri: `./media/${name}` }));
}

function secureText(content: SecureContent): string {
  switch (content.type) {
    case "text":
      return content.text;
    case "media":
      return content.caption;
    case "link":
      return content.links;
    case "placeholder":
      return "User unsent a message";
    case "poll":
      return content.words;
    case "nothing":
      return "";
  }
}

/** Instagram's single `messages.json` of 2018 to 2020: user names and words, newest first. */
export function oldInstagramFiles(world: World): ExportFiles {
  const conversations = world.threads.map((thread) => ({
    participants: thread.listed.map((id) => nameOf(world, id)),
    conversation: thread.entries
      .flatMap(({ sender, sentAt, content }) =>
        content.type === "text" && sentAt !== null
          ? [{ sender: nameOf(world, sender), created_at: isoWithMicroseconds(sentAt), text: content.text }]
          : [],
      )
      .reverse(),
  }));
  return new Map([["messages.json", facebookJson(conversations)]]);
}

function isoWithMicroseconds(time: number): string {
  return new Date(time).toISOString().replace("Z", "000+00:00");
}
