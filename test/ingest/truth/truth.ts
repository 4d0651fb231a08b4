/** What a store must hold after the exports of a world were imported. */
import type { MessageKind } from "../../../src/handoffs/index.ts";
import type { Content, Entry, SecureContent, World } from "./world.ts";

/** One message; people who are gone are `gone` here, since a store may only say in which thread they were. */
export interface TrueMessage {
  sender: string;
  sentAt: number | null;
  text: string;
  /** A line about a poll may be kept as either. */
  kind: MessageKind | "service or poll" | "text or share";
  /** File names and addresses, sorted. */
  attachments: string[];
  /** `emoji actor`, sorted. */
  reactions: string[];
  callSeconds: number | null;
}

export interface TrueThread {
  /** Id part of the folder; undefined where the end-to-end encrypted export is all there is. */
  id: string | undefined;
  title: string;
  section: string;
  isGroup: boolean;
  /** It goes on in the end-to-end encrypted export. */
  isSecureToo: boolean;
  messages: TrueMessage[];
}

export interface Truth {
  owner: string;
  threads: TrueThread[];
  /** Entries in the files. */
  read: number;
  dropped: Record<string, number>;
}

export const gone = "(gone)";

/** The truth of a world's DYI export, of its end-to-end encrypted one, or of both together. */
export function truthOf(world: World, { dyi = false, secure = false }): Truth {
  const threads: TrueThread[] = [];
  const dropped: Record<string, number> = {};
  let read = 0;
  const keep = <What>(entries: Entry<What>[], judge: (entry: Entry<What>) => TrueMessage | Dropped) => {
    read += entries.length;
    return entries.flatMap((entry) => {
      const judged = judge(entry);
      if (!("dropped" in judged)) return [judged];
      dropped[judged.dropped] = (dropped[judged.dropped] ?? 0) + 1;
      return [];
    });
  };
  for (const { id, title, section, isGroup, entries } of dyi ? world.threads : []) {
    const messages = keep(entries, (entry) => judgeEntry(entry, world));
    threads.push({ id, title: title.normalize("NFC"), section, isGroup, isSecureToo: false, messages });
  }
  for (const { title, continues, entries } of secure ? world.secureThreads : []) {
    const messages = keep(entries, (entry) => judgeSecureEntry(entry, world));
    const first = threads.find(({ id }) => id !== undefined && id === continues);
    if (first !== undefined) {
      first.messages.push(...messages);
      first.isSecureToo = true;
    } else if (messages.length > 0) {
      threads.push({ id: undefined, title, section: "", isGroup: false, isSecureToo: true, messages });
    }
  }
  return { owner: world.people[0]?.name ?? "", threads, read, dropped };
}

interface Dropped {
  dropped: "unsent" | "bumped copy" | "without a time";
}

type Judgement = Pick<TrueMessage, "kind"> &
  Partial<Pick<TrueMessage, "text" | "attachments" | "callSeconds">>;

function judgeEntry(entry: Entry, world: World): TrueMessage | Dropped {
  const judged = judgeContent(entry.content);
  if ("dropped" in judged) return judged;
  if (entry.content.type === "nothing" && entry.reactions.length > 0) judged.kind = "reaction";
  return asMessage(entry, judged, world);
}

function judgeContent(content: Content): Judgement | Dropped {
  switch (content.type) {
    case "text":
      return {
        kind: "text",
        text: content.text,
        attachments: [content.link, content.photo].filter((name) => name !== undefined),
      };
    case "media":
      return { kind: "media", attachments: content.names };
    case "sticker":
      return { kind: "sticker", attachments: [content.name] };
    case "share":
      return { kind: "share", attachments: content.link === undefined ? [] : [content.link] };
    case "call":
      return { kind: "call", callSeconds: content.seconds };
    case "service":
      return { kind: "service" };
    case "poll":
      return { kind: "service or poll" };
    case "reaction":
      return { kind: "reaction" };
    case "nothing":
      return { kind: "empty" };
    case "unsent":
      return { dropped: "unsent" };
    case "bumped":
      return { dropped: "bumped copy" };
    case "without a time":
      return { dropped: "without a time" };
  }
}

function judgeSecureEntry(entry: Entry<SecureContent>, world: World): TrueMessage | Dropped {
  const judged = judgeSecureContent(entry.content);
  return "dropped" in judged ? judged : asMessage(entry, judged, world);
}

function judgeSecureContent(content: SecureContent): Judgement | Dropped {
  switch (content.type) {
    case "text":
      return { kind: "text", text: content.text };
    case "media":
      return {
        kind: content.caption === "" ? "media" : "text",
        text: content.caption,
        attachments: content.names,
      };
    case "link":
      return content.links === "" ? { kind: "share" } : { kind: "text or share", text: content.links };
    case "placeholder":
      return { dropped: "unsent" };
    case "poll":
      return { kind: "service or poll" };
    case "nothing":
      return { kind: "empty" };
  }
}

function asMessage(
  { sender, sentAt, reactions }: Pick<Entry, "sender" | "sentAt" | "reactions">,
  { kind, text = "", attachments = [], callSeconds = null }: Judgement,
  world: World,
): TrueMessage {
  return {
    sender: nameInStore(world, sender),
    sentAt,
    text: text.normalize("NFC"),
    kind,
    attachments: attachments.map((name) => name.normalize("NFC")).sort(),
    reactions: reactions.map(({ emoji, actor }) => `${emoji} ${nameInStore(world, actor)}`).sort(),
    callSeconds,
  };
}

function nameInStore({ people }: World, id: number): string {
  const person = people[id];
  return person === undefined || person.isGone ? gone : person.name.normalize("NFC");
}
