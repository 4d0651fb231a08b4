/**
 * Bounded, seeded attacks without a plan: bytes of valid exports changed at random, and messages of any shape.
 * `PERSONA_FUZZ` sets the number of tries, `PERSONA_FUZZ_SEED` where they begin.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { importExports, openMessages } from "../../../src/ingest/index.ts";
import { openWorkspace } from "../../../src/workspace.ts";
import { type ExportFiles, facebookJson, writeFolder } from "../export-writer.ts";
import { type Random, seededChance } from "../truth/random.ts";
import { today } from "../truth/snapshots.ts";
import { makeWorld } from "../truth/world.ts";
import { dyiFiles, oldInstagramFiles, secureFiles } from "../truth/writers.ts";
import { friend, goodFiles, owner } from "./parts.ts";
import { zipBytes } from "./zip-writer.ts";

const tries = Number(process.env.PERSONA_FUZZ ?? 150);
const firstSeed = Number(process.env.PERSONA_FUZZ_SEED ?? 1);
const seeds = Array.from({ length: tries }, (_, index) => firstSeed + index);
const world = today(makeWorld(20, { longest: 12, partSize: 30 }));

const formats: [string, ExportFiles][] = [
  ["a Facebook file", dyiFiles(world)],
  ["an encrypted chat", secureFiles(world, { root: "messages/" })],
  ["Instagram's old file", oldInstagramFiles(world)],
];

test.each(formats)("%s with bytes changed at random is imported or refused", async (_, files) => {
  const names = [...files.keys()].filter((name) => /message|\.json$/.test(name));
  for (const seed of seeds) {
    const random = seededChance(seed);
    const name = random.pick(names);
    const content = Buffer.from(files.get(name) ?? "");
    await expectOrderly(seed, async (directory) => {
      const mutated = new Map<string, string | Buffer>([...goodFiles(), [name, mutate(content, random)]]);
      return writeFolder(directory, mutated);
    });
  }
});

test("a zip with bytes changed at random is imported or refused", async () => {
  const files = [...dyiFiles(world)].slice(0, 4);
  const entries = [...files, ...goodFiles()].map(([name, data], index) => ({
    name,
    data,
    method: index % 2 === 0 ? 8 : 0,
  }));
  const zip = zipBytes(entries);
  for (const seed of seeds) {
    const random = seededChance(seed);
    await expectOrderly(seed, async (directory) => {
      const file = path.join(directory, "export.zip");
      await mkdir(directory);
      // Every second time the change is in the list of entries, which is what readers trust.
      const from = random.chance(0.5) ? zip.indexOf("PK\x01\x02", 0, "latin1") : 0;
      await writeFile(file, Buffer.concat([zip.subarray(0, from), mutate(zip.subarray(from), random)]));
      return file;
    });
  }
});

test("messages of any shape are imported or refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyMessage(), { maxLength: 8 }), anyThread(), async (messages, thread) => {
      const name = "your_facebook_activity/messages/inbox/eva_9/message_1.json";
      const json = facebookJson({ ...thread, messages });
      await expectOrderly(0, (directory) => writeFolder(directory, new Map([...goodFiles(), [name, json]])));
    }),
    { numRuns: tries, seed: firstSeed },
  );
});

test("encrypted chats of any shape are imported or refused", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anySecureMessage(), { maxLength: 8 }),
      fc.jsonValue(),
      async (messages, participants) => {
        const json = JSON.stringify({ participants, threadName: "Eva_1", messages });
        await expectOrderly(0, (directory) =>
          writeFolder(directory, new Map([...goodFiles(), ["messages/Eva_1.json", json]])),
        );
      },
    ),
    { numRuns: tries, seed: firstSeed },
  );
});

let tried = 0;

/** Every second time in the way of files too large to be parsed whole. Refused with a fix and nothing written, or imported with all entries counted and every message readable. */
async function expectOrderly(seed: number, make: (directory: string) => Promise<string>): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), "persona fuzz "));
  try {
    const workspace = openWorkspace(path.join(directory, "data"));
    const limits = tried++ % 2 === 0 ? {} : { wholeFileBytes: 1 };
    const options = { workspace, persona: owner, limits };
    const report = await importExports([await make(path.join(directory, "export"))], options);
    const dropped = Object.values(report.dropped).reduce((sum, count) => sum + count, 0);
    expect(report.read).toBe(report.added + report.duplicates + dropped);
    expect(await countMessages(workspace)).toBe(report.entries);
  } catch (error) {
    if (!(error instanceof UserError)) throw new Error(`Seed ${seed} broke the import.`, { cause: error });
    expect(error.fix).not.toBe("");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function countMessages(workspace: ReturnType<typeof openWorkspace>): Promise<number> {
  const store = await openMessages(workspace);
  let count = 0;
  for (const thread of store.threads) {
    for await (const { text, sender, sentAt } of store.read(thread)) {
      expect(text.isWellFormed() && sender.isWellFormed()).toBe(true);
      expect(sentAt === null || Math.abs(sentAt) <= 8.64e15).toBe(true);
      count++;
    }
  }
  return count;
}

/** One to four changes: bytes flipped, cut out, doubled, or set to what means something to a parser. */
function mutate(content: Buffer, random: Random): Buffer {
  let mutated = Buffer.from(content);
  for (let change = 0; change <= random.below(4); change++) {
    const at = random.below(mutated.length);
    const until = Math.min(mutated.length, at + 1 + random.below(random.chance(0.3) ? 4000 : 12));
    const piece = mutated.subarray(at, until);
    const choices = [
      () => [Buffer.from(piece.map((byte) => byte ^ (1 << random.below(8))))],
      () => [],
      () => [piece, piece],
      () => [
        Buffer.from(
          random.pick([
            '"',
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\0",
            "\ufeff",
            "\\ud800",
            "\xff",
            "PK\x03\x04",
            "1e999",
            "null",
          ]),
          "latin1",
        ),
      ],
      () => [Buffer.alloc(piece.length, 0xff)],
      () => [Buffer.alloc(piece.length)],
    ];
    mutated = Buffer.concat([mutated.subarray(0, at), ...random.pick(choices)(), mutated.subarray(until)]);
  }
  return mutated;
}

function anyMessage() {
  const time = fc.oneof(fc.integer(), fc.double(), fc.constant(1_600_000_000_000), fc.jsonValue());
  const name = fc.oneof(
    fc.constant(friend),
    fc.constant(owner),
    fc.string({ unit: "binary" }),
    fc.jsonValue(),
  );
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue());
  const files = fc.oneof(
    fc.array(fc.record({ uri: fc.oneof(fc.string(), fc.jsonValue()) }, { requiredKeys: [] })),
    fc.jsonValue(),
  );
  const reactions = fc.oneof(
    fc.array(fc.record({ reaction: text, actor: name }, { requiredKeys: [] })),
    fc.jsonValue(),
  );
  const message = fc.record(
    {
      sender_name: name,
      timestamp_ms: time,
      timestamp: time,
      content: text,
      photos: files,
      gifs: files,
      sticker: fc.jsonValue(),
      share: fc.oneof(fc.record({ link: text, share_text: text }, { requiredKeys: [] }), fc.jsonValue()),
      reactions,
      call_duration: fc.oneof(fc.integer(), fc.jsonValue()),
      users: fc.jsonValue(),
      is_unsent: fc.jsonValue(),
      bumped_message_metadata: fc.jsonValue(),
      type: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  return fc.oneof({ weight: 5, arbitrary: message }, { weight: 1, arbitrary: fc.jsonValue() });
}

function anyThread() {
  const name = fc.oneof(fc.constant(friend), fc.string({ unit: "binary" }));
  const participants = fc.oneof(fc.array(fc.oneof(fc.record({ name }), name)), fc.jsonValue());
  return fc.record({ participants, title: fc.oneof(name, fc.jsonValue()) }, { requiredKeys: [] });
}

function anySecureMessage() {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue());
  const message = fc.record(
    {
      isUnsent: fc.oneof(fc.boolean(), fc.jsonValue()),
      media: fc.oneof(fc.array(fc.record({ uri: text })), fc.jsonValue()),
      reactions: fc.oneof(fc.array(fc.record({ actor: text, reaction: text })), fc.jsonValue()),
      senderName: text,
      text,
      timestamp: fc.oneof(fc.integer(), fc.double(), fc.jsonValue()),
      type: fc.oneof(fc.constantFrom("text", "media", "link", "placeholder", "poll", ""), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  return fc.oneof({ weight: 5, arbitrary: message }, { weight: 1, arbitrary: fc.jsonValue() });
}
