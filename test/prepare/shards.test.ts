import { mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MaskCode, type Message, type MessageStore, type ShardManifest } from "../../src/handoffs.ts";
import { type PrepareOptions, prepareShards } from "../../src/prepare/index.ts";
import { loadTokenizer } from "../../src/tokenizer.ts";
import { createTranscript } from "../../src/transcript.ts";
import { openWorkspace } from "../../src/workspace.ts";

const persona = "Ana Lima";
const hour = 3_600_000;

test("every text of the persona is in train or val once, or counted as left out", async () => {
  const threads = fc.array(fc.array(messageOf(), { maxLength: 60 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(threads, async (drawn) => {
      const base = chat("base", 60);
      const store = storeOf([base, ...drawn.map((messages, index) => onTime(`drawn-${index}`, messages))]);
      const own = [...store.messages.values()].flat().filter(isOwnText).length;
      const { manifest, bubbles } = await prepareAndRead(store);
      const excluded = Object.values(manifest.excluded).reduce(
        (sum, { personaBubbles }) => sum + personaBubbles,
        0,
      );

      expect(bubbles.train.length + bubbles.val.length + excluded).toBe(own);
    }),
    { numRuns: 25 },
  );
});

test("the newest conversations of a thread are held out, and none is in both splits", async () => {
  const { bubbles } = await prepareAndRead(storeOf([chat("ben", 100)]), { holdOutShare: 0.1 });

  expect(bubbles.val).toEqual(Array.from({ length: 10 }, (_, index) => `mine ${90 + index}`));
  expect(bubbles.train).toHaveLength(90);
});

test("files agree with the manifest, and the mask marks the persona's words", async () => {
  const { manifest, directory } = await prepare(storeOf([chat("ben", 100)]));
  const tokens = await readFile(path.join(directory, "train.bin"));
  const mask = await readFile(path.join(directory, "train.mask"));
  const offsets = await readFile(path.join(directory, "train.offsets"));

  expect(manifest.splits.train.tokens).toBe(tokens.length / 2);
  expect(mask).toHaveLength(tokens.length / 2);
  expect(offsets.readBigUInt64LE(0)).toBe(0n);
  expect(offsets).toHaveLength(8 * manifest.splits.train.conversations);
  expect([...mask].filter((code) => code === MaskCode.persona)).toHaveLength(
    manifest.splits.train.supervisedTokens,
  );
});

test("the same request is answered from what lies there; another setting makes another data set", async () => {
  const store = storeOf([chat("ben", 100)]);
  const workspace = await newWorkspace();
  const first = await prepareShards({ store, workspace });
  const second = await prepareShards({ store, workspace });
  const other = await prepareShards({ store, workspace, maxSilenceMinutes: 5 });

  expect([first.reused, second.reused, other.reused]).toEqual([false, true, false]);
  expect(second.directory).toBe(first.directory);
  expect(other.directory).not.toBe(first.directory);
});

test("what a killed process left aside is removed, and never taken for a data set", async () => {
  const workspace = await newWorkspace();
  await mkdir(path.join(workspace.shards, "0123456789ab.999999.tmp"), { recursive: true });
  const { manifest } = await prepareShards({ store: storeOf([chat("ben", 100)]), workspace });

  expect(await readdir(workspace.shards)).toEqual([manifest.id]);
});

test("too little text is refused with how much there is", async () => {
  await expect(prepare(storeOf([chat("ben", 12)]))).rejects.toThrow(
    'too little to learn from: "Ana Lima" speaks in 11 turns for training and 1 held out',
  );
  await expect(prepare(storeOf([chat("ben", 40)]), { persona: "Anna Lima" })).rejects.toMatchObject({
    fix: expect.stringMatching(/^Did you mean "Ana Lima"/),
  });
});

test("threads of strangers and conversations without the persona are counted, not learned", async () => {
  const stranger = chat("stranger", 30);
  const store = storeOf([
    chat("ben", 100),
    stranger,
    [message("ben2", "Ben", "alone", 0), message("ben2", persona, "hi", 9 * hour)],
  ]);
  (store.threads[1] as { section: string }).section = "message_requests";
  const { manifest } = await prepare(store);

  expect(manifest.excluded).toEqual({
    "section message_requests": { conversations: 30, personaBubbles: 30 },
    "conversations without the persona": { conversations: 1, personaBubbles: 0 },
  });
});

function message(thread: string, sender: string, text: string, sentAt: number): Message {
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
function chat(thread: string, conversations: number): Message[] {
  return Array.from({ length: conversations }, (_, index) => [
    message(thread, "Ben", `question ${index}`, 4 * hour * index),
    message(thread, persona, `mine ${index}`, 4 * hour * index + 60_000),
  ]).flat();
}

function messageOf() {
  return fc.record({
    sender: fc.constantFrom(persona, "Ben", "Cleo: X\nY"),
    text: fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), fc.constant("\n")),
    gapMs: fc.constantFrom(1000, 50 * 60_000, 3 * hour),
    kind: fc.constantFrom("text" as const, "media" as const),
  });
}

function onTime(
  thread: string,
  drawn: { sender: string; text: string; gapMs: number; kind: "text" | "media" }[],
): Message[] {
  let sentAt = 0;
  return drawn.map(({ gapMs, ...rest }) => {
    sentAt += gapMs;
    return { ...message(thread, rest.sender, rest.text, sentAt), kind: rest.kind };
  });
}

function isOwnText({ sender, kind, text }: Message): boolean {
  return sender === persona && kind === "text" && text.trim() !== "";
}

function storeOf(threads: Message[][]): MessageStore & { messages: Map<string, Message[]> } {
  const messages = new Map(
    threads.filter((thread) => thread.length > 0).map((thread) => [thread[0]?.thread ?? "", thread]),
  );
  const summaries = [...messages].map(([id, entries]) => ({
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
    sha256: `${id} ${entries.length}`,
  }));
  return { owner: persona, threads: summaries, messages, read: ({ id }) => stream(messages.get(id) ?? []) };
}

async function* stream(messages: Message[]): AsyncGenerator<Message> {
  yield* messages;
}

async function newWorkspace() {
  return openWorkspace(await mkdtemp(path.join(tmpdir(), "persona prepare ")));
}

async function prepare(store: MessageStore, options: Partial<PrepareOptions> = {}) {
  return prepareShards({ store, workspace: await newWorkspace(), ...options });
}

async function prepareAndRead(store: MessageStore, options: Partial<PrepareOptions> = {}) {
  const { manifest, directory } = await prepare(store, options);
  const bubbles = {
    train: await personaBubbles(directory, "train", manifest),
    val: await personaBubbles(directory, "val", manifest),
  };
  return { manifest, bubbles };
}

async function personaBubbles(
  directory: string,
  split: "train" | "val",
  manifest: ShardManifest,
): Promise<string[]> {
  const transcript = createTranscript({
    tokenizer: await loadTokenizer(directory),
    rendering: "plain",
    persona,
  });
  const bytes = await readFile(path.join(directory, `${split}.bin`));
  const tokens = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const offsets = await readFile(path.join(directory, `${split}.offsets`));
  return Array.from({ length: manifest.splits[split].conversations }, (_, index) => {
    const start = Number(offsets.readBigUInt64LE(index * 8));
    const next = (index + 1) * 8;
    const end = next < offsets.length ? Number(offsets.readBigUInt64LE(next)) : tokens.length;
    return transcript.parse([...tokens.subarray(start, end)]);
  })
    .flat()
    .flatMap(({ isPersona, bubbles }) => (isPersona ? bubbles : []));
}
