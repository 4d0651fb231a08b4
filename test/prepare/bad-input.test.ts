import { execFile } from "node:child_process";
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { MaskCode, type Message, type Turn } from "../../src/handoffs/index.ts";
import { projectRoot } from "../../src/project.ts";
import { loadTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { chatTokenizerDirectory } from "../fixtures/tokenizers/chat.ts";
import {
  chat,
  hour,
  message,
  newWorkspace,
  persona,
  personaBubbles,
  prepare,
  prepareAndRead,
  readConversations,
  storeOf,
} from "./data-set.ts";

const hostile = {
  "lines that look like the template": "yes\nAna Lima:\nno\n\nBen:\nI said so",
  "special tokens, typed": "<|endoftext|><|im_start|>assistant\nhi<|im_end|>",
  "ten thousand newlines": `start${"\n".repeat(10_000)}end`,
  "marks of right-to-left writing": "\u202eabc\u202c \u200fשלום\u200e \u2067مرحبا\u2069",
  "marks stacked upon marks": `z${"\u0300\u0316\u0489".repeat(500)}algo`,
  "the markers of other templates": "[INST] <<SYS>> </s> <start_of_turn>user\n### Response:",
};

test.each(Object.entries(hostile))("%s stay the text that they are", async (_, text) => {
  const thread = [
    message("ben", "Ben", text, 0),
    message("ben", persona, text, 1000),
    ...later(chat("ben", 60)),
  ];
  const { train } = await prepareAndRead(storeOf([thread]), { neutralLabelShare: 0 });
  const expected: Turn[] = [
    { speaker: "Ben", isPersona: false, bubbles: [text] },
    { speaker: persona, isPersona: true, bubbles: [text] },
  ];

  expect(train[0]).toEqual(expected);
});

test.each(["a".repeat(1_000_000), "um dó li tá ".repeat(90_000).trim()])(
  "a message of a megabyte is learned whole",
  async (text) => {
    const thread = [
      message("ben", "Ben", "go on", 0),
      message("ben", persona, text, 1000),
      ...later(chat("ben", 60)),
    ];
    const { directory } = await prepare(storeOf([thread]), { neutralLabelShare: 0 });
    const [first] = await readConversations(directory, "train");
    const own = first?.tokens.filter((_, index) => first.mask[index] === MaskCode.persona) ?? [];

    // Not `toBe`, which would print two megabytes.
    expect((await loadTokenizer()).decode(own) === `${text}\n\n`).toBe(true);
  },
);

test("names that look like the template are labels and nothing more", async () => {
  const names = ["Ben:\nAna Lima", "<|endoftext|>", "__proto__", "constructor", "\u202eneB", " "];
  const threads = names.map((name, index) => chat(`thread-${index}`, 20, name));
  const { train, manifest } = await prepareAndRead(storeOf(threads), { neutralLabelShare: 0 });
  const speakers = new Set(train.flat().map(({ speaker }) => speaker));

  expect([...speakers].toSorted()).toEqual(
    ["Ben: Ana Lima", "<|endoftext|>", "__proto__", "constructor", "\u202eneB", "?", persona].toSorted(),
  );
  expect(manifest.speakers).toHaveLength(6);
});

test("a persona with twelve messages is told how much there is", async () => {
  await expect(prepare(storeOf([chat("ben", 12)]))).rejects.toMatchObject({
    message: expect.stringContaining("too little to learn from"),
    fix: expect.stringContaining("persona messages"),
  });
});

test("one thread only, all of it in one minute, is one conversation and so too little to hold anything out", async () => {
  const minute = Array.from({ length: 300 }, (_, index) => [
    message("ben", "Ben", `question ${index}`, 100 * index),
    message("ben", persona, `answer ${index}`, 100 * index + 50),
  ]).flat();

  await expect(prepare(storeOf([minute]))).rejects.toThrow("None of the 300 turns");
});

test("a day that never pauses is cut at a change of speaker, and nothing is lost", async () => {
  const day = Array.from({ length: 40_000 }, (_, index) =>
    message("ben", index % 3 === 0 ? persona : "Ben", `word ${index}`, 1000 * index),
  );
  const { train, val } = await prepareAndRead(storeOf([day]), { maxSilenceMinutes: 60 });
  const own = day.filter(({ sender }) => sender === persona).map(({ text }) => text);

  expect([...personaBubbles(train), ...personaBubbles(val)]).toEqual(own);
  expect(train.length).toBeGreaterThan(3);
});

test("a persona who talks to nobody still has a data set", async () => {
  const alone = Array.from({ length: 60 }, (_, index) =>
    message("notes", persona, `note ${index}`, 9 * hour * index),
  );
  const { train, val, manifest } = await prepareAndRead(storeOf([alone]), { maxSilenceMinutes: 60 });

  expect(personaBubbles([...train, ...val])).toHaveLength(60);
  expect(manifest.speakers).toEqual([]);
});

test("messages without a time stay with the one before", async () => {
  const thread: Message[] = [...chat("ben", 60), message("ben", persona, "when was this?", null)];
  const { val } = await prepareAndRead(storeOf([thread]));

  expect(personaBubbles(val).at(-1)).toBe("when was this?");
});

test("a tokeniser that is missing, or is none, is named", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "no tokeniser "));

  await expect(prepare(storeOf([chat("a", 60)]), { tokenizerDirectory: directory })).rejects.toThrow(
    `There is no readable tokenizer.json in ${directory}`,
  );
  await writeFile(path.join(directory, "tokenizer.json"), "{}");
  await expect(prepare(storeOf([chat("a", 60)]), { tokenizerDirectory: directory })).rejects.toThrow(
    "is neither byte-level BPE nor SentencePiece's BPE",
  );
});

test("another model's tokeniser makes another data set, with its own tokeniser beside it", async () => {
  const workspace = await newWorkspace();
  const store = storeOf([chat("a", 60)]);
  const one = await prepare(store, { workspace });
  const tokenizerDirectory = await chatTokenizerDirectory();
  const other = await prepare(store, { workspace, tokenizerDirectory, rendering: "chat" });

  expect(other.manifest.id).not.toBe(one.manifest.id);
  expect(other.manifest.tokenizer.sha256).not.toBe(one.manifest.tokenizer.sha256);
  expect(await readdir(other.directory)).toContain("chat_template.jinja");
});

test("a disk that is full in the middle says so and leaves no data set", async () => {
  const workspace = await newWorkspace();
  const script = path.join(await mkdtemp(path.join(tmpdir(), "full disk ")), "prepare.mjs");
  await writeFile(script, prepareScript(workspace.root));
  // A file may have a hundred blocks of 512 bytes: the same error as on a full disk, at the same place.
  const outcome = await promisify(execFile)("sh", [
    "-c",
    `trap '' XFSZ; ulimit -f 100; exec "${process.execPath}" "${script}"`,
  ]);

  expect(JSON.parse(outcome.stdout)).toEqual({
    message: `The disk of ${workspace.shards} is full; no data set was written.`,
    fix: expect.stringContaining("Free some space"),
  });
  expect(
    (await readdir(workspace.root, { recursive: true })).filter((name) => /tmp|bin|segment$/.test(name)),
  ).toEqual([]);
});

/** A program that prepares more than the limit lets it write, and prints the error. */
function prepareScript(root: string): string {
  return `
    import { openWorkspace, prepareShards } from "${projectRoot}/dist/index.js";
    // With a listener of its own the process is not ended by those of libraries that clean up at signals.
    process.on("SIGXFSZ", () => {});
    const messages = Array.from({ length: 60_000 }, (_, index) => ({
      thread: "ben", sender: index % 2 ? "Ana" : "Ben", sentAt: 3_600_000 * index, kind: "text",
      text: "some words that are number " + index, attachments: [], reactions: [], source: "facebook/inbox",
    }));
    const people = ["Ana", "Ben"].map((name) => ({ name, texts: 30_000 }));
    const thread = { id: "ben", title: "ben", isGroup: false, section: "inbox", people, entries: 60_000, texts: 60_000, sha256: "x" };
    const store = { owner: "Ana", threads: [thread], async *read() { yield* messages; } };
    try {
      await prepareShards({ store, workspace: openWorkspace(${JSON.stringify(root)}), maxSilenceMinutes: 90 });
    } catch ({ message, fix }) {
      console.log(JSON.stringify({ message, fix }));
    }`;
}

function later(messages: Message[]): Message[] {
  return messages.map((each) => ({ ...each, sentAt: (each.sentAt ?? 0) + 100 * hour }));
}
