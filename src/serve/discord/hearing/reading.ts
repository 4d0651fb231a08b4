import type { Message, MessageSnapshot } from "discord.js";
import { canonicalLabel } from "../../../transcript/index.ts";
import { isOwnRole } from "../voices/index.ts";
import { mediaOf, plain } from "./media.ts";

/** Who is who, for whoever reads. */
interface Names {
  persona: string;
  /** The name that training knows somebody by, from a Discord user id. */
  friendOf(id: string): string | undefined;
}

type Shown = Message | MessageSnapshot;
/** Where names are looked up. */
type Around = Pick<Message, "guild" | "client">;

/** A message as somebody who sees it reads it; empty where it says nothing but whom it is for. */
export function wordsOf(message: Shown, names: Names): string {
  const { words, rest } = mediaOf(message);
  return [textOf(message, names, words), ...rest, ...forwardedIn(message, names)]
    .filter((part) => part !== "")
    .join(" ");
}

/** What is passed on has no author. */
function forwardedIn({ messageSnapshots }: Shown, names: Names): string[] {
  return [...(messageSnapshots?.values() ?? [])].map((snapshot) =>
    `[forwarded] ${wordsOf(snapshot, names)}`.trim(),
  );
}

function textOf(message: Shown, names: Names, content: string): string {
  const named = content
    .replace(invisible, "")
    .replace(/<@&(\d+)>/g, (_, id) => roleName(message, id))
    .replace(/<@!?(\d+)>/g, (_, id) =>
      id === message.client.user.id ? itself : `@${nameOf(message, id, names)}`,
    )
    .replace(/<#(\d+)>/g, (_, id) => `#${channelName(message, id)}`)
    .replace(/<\/([^:>]+):\d+>/g, "/$1")
    .replace(/<a?:(\w+):\d+>/g, ":$1:")
    .replace(/<t:(-?\d{1,13})(?::[a-zA-Z])?>/g, (_, seconds) => momentOf(Number(seconds)));
  return withoutCall(named)
    .replaceAll(itself, names.persona)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Stands for the persona until it is known whether that is a call or a word of the sentence; nobody types it. */
const itself = "\u{F0000}";

/** Marks that turn a line around, and what else would only hide words. */
const invisible = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{F0000}]/gu;

/** Whoever is called by name at the beginning or the end does not read the name as a word. */
function withoutCall(text: string): string {
  return text
    .replace(new RegExp(`^(?:\\s*${itself}[,:]?)+`, "u"), "")
    .replace(new RegExp(`(?:,?\\s*${itself})+\\s*$`, "u"), "");
}

function roleName({ guild, client }: Around, id: string): string {
  const role = guild?.roles.cache.get(id);
  return isOwnRole(role, client) ? itself : `@${plain(role?.name ?? "") || "role"}`;
}

function channelName({ client }: Around, id: string): string {
  const channel = client.channels.cache.get(id);
  return (channel !== undefined && "name" in channel && plain(channel.name ?? "")) || "channel";
}

/** As training knows them; a name that somebody gave to themselves cannot be taken for the persona's. */
function nameOf({ guild, client }: Around, id: string, { persona, friendOf }: Names): string {
  const known = friendOf(id);
  if (known !== undefined) return known;
  const shown = guild?.members.cache.get(id)?.displayName ?? client.users.cache.get(id)?.displayName ?? "";
  const name = canonicalLabel(plain(shown));
  const isTaken = name.toLowerCase() === persona.toLowerCase();
  return isTaken || name === "?" ? "somebody" : name;
}

function momentOf(seconds: number): string {
  const moment = new Date(1000 * seconds);
  return Number.isNaN(moment.getTime()) ? "some time" : moment.toISOString().slice(0, 16).replace("T", " ");
}
