/** Reads a store through its door, in the words of `truth.ts`. */
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Message, MessageStore, ThreadSummary } from "../../../src/handoffs/index.ts";
import { openMessages } from "../../../src/ingest/index.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";
import { gone, type TrueMessage, type TrueThread, type Truth } from "./truth.ts";

export async function newWorkspace(): Promise<Workspace> {
  return openWorkspace(await newFolder());
}

export function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona truth "));
}

/** Every file of the store by name, as bytes in hex would be: a store is the same when this is. */
export async function bytesOf({ messages }: Workspace): Promise<Record<string, string>> {
  const names = (await readdir(messages, { recursive: true, withFileTypes: true })).filter((item) =>
    item.isFile(),
  );
  const contents: [string, string][] = [];
  for (const item of names) {
    const file = path.join(item.parentPath, item.name);
    contents.push([path.relative(messages, file), await readFile(file, "latin1")]);
  }
  return Object.fromEntries(contents.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Store and truth in the same form, thread by thread: what `expect(…).toEqual(…)` wants to be given. */
export async function compare(
  workspace: Workspace,
  truth: Truth,
): Promise<{ store: Truthlike; truth: Truthlike }> {
  const store = await openMessages(workspace);
  const threads = await readThreads(store);
  const isGone = goneNames(truth, threads);
  const actual: Truthlike = { owner: store.owner, threads: {} };
  const expected: Truthlike = { owner: truth.owner, threads: {} };
  for (const { summary, messages } of threads) {
    if (messages.length === 0) continue;
    const match = truth.threads.find((thread) => isSame(thread, summary));
    const seen = messages.map((message) => asTrue(message, isGone));
    actual.threads[match ? keyOf(match) : summary.id] = describe(summary, seen, match);
    if (match)
      expected.threads[keyOf(match)] = describeTruth({ ...match, messages: settle(match.messages, seen) });
  }
  for (const thread of truth.threads) expected.threads[keyOf(thread)] ??= describeTruth(thread);
  return { store: actual, truth: expected };
}

interface Truthlike {
  owner: string;
  threads: Record<string, unknown>;
}

interface ReadThread {
  summary: ThreadSummary;
  messages: Message[];
}

async function readThreads(store: MessageStore): Promise<ReadThread[]> {
  const threads: ReadThread[] = [];
  for (const summary of store.threads) {
    const messages: Message[] = [];
    for await (const message of store.read(summary)) messages.push(message);
    threads.push({ summary, messages });
  }
  return threads;
}

function isSame(thread: TrueThread, { id, title }: ThreadSummary): boolean {
  if (thread.id !== undefined) return id.endsWith(`-${thread.id}`);
  return /e2ee|secure/.test(id) && title.normalize("NFC") === thread.title;
}

function keyOf({ id, title }: TrueThread): string {
  return id ?? `only end-to-end encrypted: ${title}`;
}

function describe(
  { title, section, isGroup, entries, texts, firstAt, lastAt }: ThreadSummary,
  messages: TrueMessage[],
  match?: TrueThread,
) {
  return {
    // A store may find a title of its own where the export has none.
    title: match?.title === "" ? "" : title.normalize("NFC"),
    // Which section a chat is in after both kinds of export were read is the store's to say.
    section: match?.isSecureToo ? "either" : section,
    isGroup,
    entries,
    texts,
    firstAt,
    lastAt,
    messages,
  };
}

function describeTruth({ title, section, isGroup, messages, isSecureToo }: TrueThread) {
  const times = messages.flatMap(({ sentAt }) => (sentAt === null ? [] : [sentAt]));
  return {
    title,
    section: isSecureToo ? "either" : section,
    isGroup,
    entries: messages.length,
    texts: messages.filter(({ kind }) => kind === "text" || kind === "text or share").length,
    firstAt: times[0] ?? null,
    lastAt: times.at(-1) ?? null,
    messages,
  };
}

/** A kind that may be one of two is what the store says, when that is one of the two. */
function settle(expected: TrueMessage[], actual: TrueMessage[]): TrueMessage[] {
  return expected.map((message, index) => {
    const kind = actual[index]?.kind;
    if (message.kind === "service or poll" && (kind === "service" || kind === "poll"))
      return { ...message, kind };
    if (message.kind === "text or share" && kind === "text") return { ...message, kind };
    if (message.kind === "text or share" && kind === "share")
      return { ...message, kind, text: actual[index]?.text ?? "" };
    return message;
  });
}

function asTrue(message: Message, isGone: (name: string) => boolean): TrueMessage {
  const name = (sender: string) => (isGone(sender) ? gone : sender.normalize("NFC"));
  return {
    sender: name(message.sender),
    sentAt: message.sentAt,
    text: message.text,
    kind: message.kind,
    attachments: message.attachments
      .map((attachment) => nameOf(attachment.name))
      .filter((link) => !isOwnText(link, message))
      .sort(),
    reactions: message.reactions.map(({ emoji, actor }) => `${emoji} ${name(actor)}`).sort(),
    callSeconds: message.kind === "call" ? (message.callSeconds ?? 0) : null,
  };
}

/** Addresses whole, files by their last name: their folders change from export to export. */
function nameOf(name: string): string {
  return (name.includes("://") ? name : path.posix.basename(name)).normalize("NFC");
}

/** A store may mark the address that a text consists of. */
function isOwnText(link: string, { text, kind, source }: Message): boolean {
  return link.includes("://") && (text.includes(link) || (kind === "share" && source.endsWith("/e2ee")));
}

/** People who are gone: a name that no living person has, that one thread alone knows, and that says more than the export did. */
function goneNames(truth: Truth, threads: ReadThread[]): (name: string) => boolean {
  const living = new Set(truth.threads.flatMap(({ messages }) => messages.map(({ sender }) => sender)));
  const threadsOf = new Map<string, Set<string>>();
  for (const { summary, messages } of threads) {
    for (const { sender, reactions } of messages) {
      for (const name of [sender, ...reactions.map(({ actor }) => actor)]) {
        threadsOf.set(name, (threadsOf.get(name) ?? new Set()).add(summary.id));
      }
    }
  }
  const asExported = [
    "",
    "Facebook user",
    "Facebook User",
    "Użytkownik Facebooka",
    "Unknown User",
    "unknown",
  ];
  return (name) =>
    !living.has(name.normalize("NFC")) && !asExported.includes(name) && threadsOf.get(name)?.size === 1;
}
