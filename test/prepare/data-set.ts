import { createHash } from "node:crypto";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Message, MessageStore, ShardManifest, ThreadSummary, Turn } from "../../src/handoffs/index.ts";
import { type PrepareOptions, prepareShards } from "../../src/prepare/index.ts";
import { loadTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { createTranscript } from "../../src/transcript/transcript.ts";
import { openWorkspace } from "../../src/workspace.ts";

export const persona = "Ana Lima";
export const hour = 3_600_000;

export function message(thread: string, sender: string, text: string, sentAt: number | null): Message {
  return {
    thread,
    sender,
    text,
    sentAt,
    kind: "text",
    attachments: [],
    reactions: [],
    source: "facebook/inbox",
  };
}

/** One question and one answer every four hours. */
export function chat(thread: string, conversations: number, friend = "Ben"): Message[] {
  return Array.from({ length: conversations }, (_, index) => [
    message(thread, friend, `question ${index}`, 4 * hour * index),
    message(thread, persona, `mine ${index}`, 4 * hour * index + 60_000),
  ]).flat();
}

export type SmallStore = MessageStore & { messages: Map<string, Message[]> };

/** A message store in memory; each list is one thread. */
export function storeOf(threads: Message[][]): SmallStore {
  const messages = new Map(
    threads.filter((thread) => thread.length > 0).map((thread) => [thread[0]?.thread ?? "", thread]),
  );
  return {
    owner: persona,
    threads: [...messages].map(([id, entries]) => summaryOf(id, entries)),
    messages,
    read: ({ id }) => stream(messages.get(id) ?? []),
  };
}

function summaryOf(id: string, entries: Message[]): ThreadSummary {
  return {
    id,
    title: id,
    isGroup: false,
    section: "inbox",
    people: [...new Set(entries.map(({ sender }) => sender))].map((name) => ({
      name,
      texts: entries.filter(({ sender, kind }) => sender === name && kind === "text").length,
    })),
    entries: entries.length,
    texts: entries.filter(({ kind }) => kind === "text").length,
    firstAt: 0,
    lastAt: 0,
    sha256: createHash("sha256").update(JSON.stringify(entries)).digest("hex"),
  };
}

async function* stream(messages: Message[]): AsyncGenerator<Message> {
  yield* messages;
}

export async function newWorkspace() {
  return openWorkspace(await mkdtemp(path.join(tmpdir(), "persona prepare ")));
}

export async function prepare(store: MessageStore, options: Partial<PrepareOptions> = {}) {
  return prepareShards({ store, workspace: await newWorkspace(), ...options });
}

/** A data set and what its shards say, read back by the parser that serving uses. */
export async function prepareAndRead(store: MessageStore, options: Partial<PrepareOptions> = {}) {
  const prepared = await prepare(store, options);
  const train = await readTurns(prepared.directory, "train", prepared.manifest);
  const val = await readTurns(prepared.directory, "val", prepared.manifest);
  return { ...prepared, train, val };
}

/** The conversations of a split. */
export async function readTurns(
  directory: string,
  split: "train" | "val",
  manifest: ShardManifest,
): Promise<Turn[][]> {
  const transcript = createTranscript({
    tokenizer: await loadTokenizer(directory),
    rendering: manifest.rendering,
    persona: manifest.persona,
  });
  return (await readConversations(directory, split)).map(({ tokens }) => transcript.parse(tokens));
}

/** Token ids and mask codes of each conversation of a split of 16-bit tokens. */
export async function readConversations(
  directory: string,
  split: "train" | "val",
): Promise<{ tokens: number[]; mask: number[] }[]> {
  const bytes = await readFile(path.join(directory, `${split}.bin`));
  const mask = await readFile(path.join(directory, `${split}.mask`));
  const offsets = await readFile(path.join(directory, `${split}.offsets`));
  const tokens = Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16LE(2 * index));
  return Array.from({ length: offsets.length / 8 }, (_, index) => {
    const start = Number(offsets.readBigUInt64LE(index * 8));
    const next = (index + 1) * 8;
    const end = next < offsets.length ? Number(offsets.readBigUInt64LE(next)) : tokens.length;
    return { tokens: tokens.slice(start, end), mask: [...mask.subarray(start, end)] };
  });
}

/** The eight files of both splits. */
export async function shardBytes(directory: string): Promise<string[]> {
  const names = ["train", "val"].flatMap((split) =>
    ["bin", "mask", "offsets", "turns"].map((end) => `${split}.${end}`),
  );
  return Promise.all(names.map(async (name) => (await readFile(path.join(directory, name))).toString("hex")));
}

/** Everything the persona says in these conversations. */
export function personaBubbles(conversations: Turn[][]): string[] {
  return conversations.flat().flatMap(({ isPersona, bubbles }) => (isPersona ? bubbles : []));
}

export function excludedBubbles({ excluded }: ShardManifest): number {
  return Object.values(excluded).reduce((sum, { personaBubbles }) => sum + personaBubbles, 0);
}

/** Words without meaning, the same for the same seed. */
export function words(count: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return `w${(state >>> 8) % 5000}`;
  }).join(" ");
}
