import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MaskCode, type Message, type ShardManifest } from "../../../src/handoffs/index.ts";
import { prepareShards } from "../../../src/prepare/index.ts";
import {
  chat,
  excludedBubbles,
  hour,
  message,
  newWorkspace,
  persona,
  personaBubbles,
  prepare,
  prepareAndRead,
  readConversations,
  storeOf,
} from "../data-set.ts";

test("every text of the persona is in train or val once, or counted as left out", async () => {
  const threads = fc.array(fc.array(messageOf(), { maxLength: 60 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(threads, fc.constantFrom(1, 0.3), async (drawn, keepShort) => {
      const base = chat("base", 60);
      const store = storeOf([base, ...drawn.map((messages, index) => onTime(`drawn-${index}`, messages))]);
      const own = [...store.messages.values()]
        .flat()
        .filter(isOwnText)
        .map(({ text }) => text.trim());
      const { manifest, directory, train, val } = await prepareAndRead(store, { keepShort });
      const learned = await learnedBubbles(directory);

      expect(learned).toBe(personaBubblesOf(manifest));
      expect(learned + excludedBubbles(manifest)).toBe(own.length);
      expect(without(own, personaBubbles([...train, ...val]))).toHaveLength(
        own.length - personaBubbles([...train, ...val]).length,
      );
    }),
    { numRuns: 25 },
  );
});

test("the newest conversations of a thread are held out, and none is in both splits", async () => {
  const { train, val } = await prepareAndRead(storeOf([chat("ben", 100)]), { holdOutShare: 0.1 });

  expect(personaBubbles(val)).toEqual(Array.from({ length: 10 }, (_, index) => `mine ${90 + index}`));
  expect(personaBubbles(train)).toHaveLength(90);
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

function personaBubblesOf({ splits: { train, val } }: ShardManifest): number {
  return (train.personaBubbles ?? 0) + (val.personaBubbles ?? 0);
}

/** Bubbles of the persona that the mask marks, by what ends them: a newline that no line of the same bubble follows, or a turn's end. */
async function learnedBubbles(directory: string): Promise<number> {
  const [newline, space, emptyLine] = [198, 220, 628];
  const conversations = [
    ...(await readConversations(directory, "train")),
    ...(await readConversations(directory, "val")),
  ];
  return conversations.flatMap(({ tokens, mask }) =>
    tokens.filter(
      (id, index) =>
        mask[index] === MaskCode.persona &&
        (id === emptyLine || (id === newline && tokens[index + 1] !== space)),
    ),
  ).length;
}

/** What is left of `all` when each of `some` is taken out once. */
function without(all: string[], some: string[]): string[] {
  const left = [...all];
  for (const one of some) {
    const index = left.indexOf(one);
    if (index !== -1) left.splice(index, 1);
  }
  return left;
}
