import * as z from "zod";

/** What an entry of a thread is. Only `text` entries are words that a person wrote. */
export const MessageKind = z.enum([
  "text",
  "media",
  "sticker",
  "share",
  "call",
  "service",
  "reaction",
  "poll",
  "unsent",
  "empty",
]);
export type MessageKind = z.infer<typeof MessageKind>;

export interface Attachment {
  kind: "photo" | "video" | "audio" | "file" | "gif" | "sticker" | "link" | "media";
  /** File name or address as the export gives it. */
  name: string;
}

export interface Reaction {
  emoji: string;
  actor: string;
}

/** One entry of one thread. */
export interface Message {
  /** Stable id of the thread; also the name of its file in the store. */
  thread: string;
  /** The person's name in the store. People whom the export cannot tell apart carry the thread in their name. */
  sender: string;
  /** Unix time in milliseconds; null where the export does not know it. */
  sentAt: number | null;
  /** The sender's own words, well-formed Unicode in NFC; empty for what is not text. */
  text: string;
  kind: MessageKind;
  attachments: Attachment[];
  reactions: Reaction[];
  /** Seconds that a call lasted, where the export says so. */
  callSeconds?: number;
  /** Where it came from: format and section, such as `facebook/inbox` or `facebook/e2ee`. */
  source: string;
}

/** What the store's index says of one thread. */
export const ThreadSummary = z.object({
  id: z.string(),
  title: z.string(),
  isGroup: z.boolean(),
  /** `inbox`, `e2ee_cutover`, `archived_threads`, `filtered_threads`, `message_requests`, …; newest export wins. */
  section: z.string(),
  /** Everyone who took part, with the number of their text messages. */
  people: z.array(z.object({ name: z.string(), texts: z.int() })),
  /** Entries of every kind. */
  entries: z.int(),
  /** Entries that are text. */
  texts: z.int(),
  firstAt: z.number().nullable(),
  lastAt: z.number().nullable(),
  /** sha256 of the thread's file, in hex: what a later stage compares to see whether it is stale. */
  sha256: z.string(),
});
export type ThreadSummary = z.infer<typeof ThreadSummary>;

/** The message store as later stages see it. */
export interface MessageStore {
  /** The person whose export it is, spelled as in `Message.sender`. */
  owner: string;
  /** In the store's stable order. */
  threads: ThreadSummary[];
  /** The messages of one thread, oldest first, one in memory at a time. */
  read(thread: ThreadSummary): AsyncIterable<Message>;
  /** The same, some thousand at a time: less to do for each message. */
  readBatches?(thread: ThreadSummary): AsyncIterable<Message[]>;
  /** What whoever had a name before is called now: nothing, once they are forgotten. Undefined for a name that nobody had. */
  namesNow?(name: string): string[] | undefined;
}

/** What one person sent in a row, as the burst of bubbles that it was. */
export interface Turn {
  /** The label that the model sees. */
  speaker: string;
  isPersona: boolean;
  bubbles: string[];
  /** True for each bubble of the persona that is context for what follows but nothing to learn. */
  contextOnly?: boolean[];
}
