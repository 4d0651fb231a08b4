import path from "node:path";
import { expect, test } from "vitest";
import { importExports } from "../../../src/ingest/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { type ExportFiles, writeFolder } from "../export-writer.ts";
import { seededChance } from "./random.ts";
import { earlier, earlierSecure, today } from "./snapshots.ts";
import { bytesOf, compare, newFolder, newWorkspace } from "./store.ts";
import { type Truth, truthOf } from "./truth.ts";
import { makeWorld } from "./world.ts";
import { dyiFiles, type Era, oldInstagramFiles, secureFiles } from "./writers.ts";
import { dealOut, packZip, type ZipShape } from "./zips.ts";

/** `PERSONA_WORLDS` sets how many worlds are made. */
const seeds = Array.from({ length: Number(process.env.PERSONA_WORLDS ?? 4) }, (_, index) => index + 1);

test.each(seeds)(
  "world %i is written as it is: a plain reader finds the same words in the same order",
  (seed) => {
    const world = today(makeWorld(seed));
    const truth = truthOf(world, { dyi: true });
    const words = readPlainly(dyiFiles(world));

    expect(truth.threads.length).toBeGreaterThan(15);
    for (const { id, messages } of truth.threads) {
      const texts = messages
        .filter(({ kind }) => kind === "text")
        .map(({ text, sentAt }) => `${sentAt} ${text}`);
      const own = new Set(texts);
      const found = (words.get(id ?? "") ?? [])
        .map(([time, text]) => `${time} ${text}`)
        .filter((line) => own.has(line));
      expect(found).toEqual(texts);
    }
  },
);

test.each(seeds)("world %i has equal times, equal messages, many parts and every kind", (seed) => {
  const world = makeWorld(seed);
  const { threads, dropped } = truthOf(today(world), { dyi: true, secure: true });
  const messages = threads.flatMap((thread) => thread.messages);
  const kinds = new Set(messages.map(({ kind }) => kind));
  const cut = earlier(world).threads[0]?.entries ?? [];

  expect([...kinds].sort()).toEqual(
    expect.arrayContaining(["call", "empty", "media", "reaction", "service", "share", "sticker", "text"]),
  );
  expect(Object.keys(dropped).sort()).toEqual(["bumped copy", "unsent", "without a time"]);
  expect(dyiFiles(world).size).toBeGreaterThan(40);
  expect(messages.some((message, index) => isTwin(message, messages[index + 1]))).toBe(true);
  // The older export ends between two entries of one moment.
  expect(cut.at(-1)?.sentAt).toBe(world.threads[0]?.entries[cut.length]?.sentAt);
});

test.each(seeds)("world %i: a folder gives the truth, and every entry is counted", async (seed) => {
  const world = today(makeWorld(seed));
  const workspace = await newWorkspace();
  const report = await importExports([await folder(dyiFiles(world))], { workspace });
  const truth = truthOf(world, { dyi: true });
  const droppedInAll = Object.values(report.dropped).reduce((sum, count) => sum + count, 0);

  await expectTruth(workspace, truth);
  expect(report).toMatchObject({ read: truth.read, dropped: truth.dropped, duplicates: 0, problems: [] });
  expect(report.read).toBe(report.added + report.duplicates + droppedInAll);
});

test.each(seeds)(
  "world %i: files that are streamed give what files that are parsed whole give",
  async (seed) => {
    const world = today(makeWorld(seed));
    const workspace = await newWorkspace();
    const options = { workspace, limits: { wholeFileBytes: 1 } };
    await importExports([await zip(dyiFiles(world)), await zip(secureFiles(world))], options);

    await expectTruth(workspace, truthOf(world, { dyi: true, secure: true }));
  },
);

const zipShapes: [string, ZipShape][] = [
  ["a zip", {}],
  ["a zip with records for 4 GB", { zip64: true }],
  ["a zip with stored entries", { someStored: true }],
];

test.each(zipShapes)("%s gives the same store as a folder", async (_, shape) => {
  const files = dyiFiles(today(makeWorld(5)));

  expect(await storeOf([[await zip(files, shape)]])).toEqual(await storeOf([[await folder(files)]]));
});

test.each(seeds)(
  "world %i: four zips with the parts of a thread spread over them give the truth",
  async (seed) => {
    const world = today(makeWorld(seed));
    const paths = await fourZips(dyiFiles(world), seed);
    const workspace = await newWorkspace();
    await importExports(paths, { workspace });

    await expectTruth(workspace, truthOf(world, { dyi: true }));
  },
);

test.each(seeds)(
  "world %i: both halves of the encrypted chats give the truth, in one import or two",
  async (seed) => {
    const world = today(makeWorld(seed));
    const [dyi, secure] = [await zip(dyiFiles(world)), await zip(secureFiles(world))];
    const truth = truthOf(world, { dyi: true, secure: true });

    await expectSame([[[dyi, secure]], [[dyi], [secure]], [[secure, dyi]]], truth);
  },
);

test.each(seeds)(
  "world %i: encrypted chats that came first are joined to what came before them",
  async (seed) => {
    const world = today(makeWorld(seed));
    const [dyi, secure] = [await zip(dyiFiles(world)), await zip(secureFiles(world))];

    await expectSame([[[dyi, secure]], [[secure], [dyi]]], truthOf(world, { dyi: true, secure: true }));
  },
);

test.each(seeds)(
  "world %i: the encrypted export alone, zipped, unzipped as messages/, or pointed at",
  async (seed) => {
    const world = today(makeWorld(seed));
    const unzipped = await folder(secureFiles(world, { root: "messages/" }));
    const ways = [await zip(secureFiles(world)), unzipped, path.join(unzipped, "messages")];

    await expectSame(
      ways.map((way) => [[way]]),
      truthOf(world, { secure: true }),
    );
  },
);

test.each(seeds)("world %i: importing again changes no byte", async (seed) => {
  const world = today(makeWorld(seed));
  const paths = [await zip(dyiFiles(world)), await zip(secureFiles(world))];
  const once = await storeOf([paths]);

  expect(await storeOf([paths, paths])).toEqual(once);
  expect(await storeOf([paths, paths.slice(0, 1), paths.slice(1)])).toEqual(once);
});

test.each(seeds)(
  "world %i: an older export and a newer one give the truth, whichever comes first",
  async (seed) => {
    const world = makeWorld(seed);
    const older = await folder(dyiFiles(earlier(world), { era: "2020" }));
    const newer = await zip(dyiFiles(today(world)));

    await expectSame(
      [
        [[older], [newer]],
        [[newer], [older]],
      ],
      truthOf(today(world), { dyi: true }),
    );
  },
);

test.each(seeds)("world %i: an older export after a newer one changes no byte", async (seed) => {
  const world = makeWorld(seed);
  const older = await folder(dyiFiles(earlier(world), { era: "2020" }));
  const newer = await zip(dyiFiles(today(world)));

  expect(await storeOf([[newer], [older]])).toEqual(await storeOf([[newer]]));
});

test.each(seeds)("world %i: all exports together, old and new, give the truth", async (seed) => {
  const world = makeWorld(seed);
  const older = await folder(dyiFiles(earlier(world), { era: "2020" }));
  const olderSecure = await zip(secureFiles(earlierSecure(today(world)), { firstIndex: 31 }));
  const newer = await fourZips(dyiFiles(today(world)), seed);
  const newerSecure = await folder(secureFiles(today(world), { root: "messages/" }));
  const together = [older, olderSecure, ...newer, newerSecure];
  const ways = [
    [together],
    [together.toReversed()],
    [[older], [olderSecure], newer, [newerSecure]],
    [[newerSecure], newer, [older, olderSecure]],
  ];

  await expectSame(ways, truthOf(today(world), { dyi: true, secure: true }));
});

test.each<Era>(["2018", "2020", "2023", "2024", "instagram"])(
  "an export of %s gives the truth",
  async (era) => {
    const world = today(makeWorld(6, { wholeSeconds: true }));
    const workspace = await newWorkspace();
    await importExports([await folder(dyiFiles(world, { era }))], { workspace });

    await expectTruth(workspace, truthOf(world, { dyi: true }));
  },
);

test("an export is found in a folder around it, at its root, and when its messages folder is given", async () => {
  const files = dyiFiles(today(makeWorld(7)));
  const directory = await folder(
    new Map([...files].map(([name, content]) => [`facebook-ana/${name}`, content])),
  );
  const persona = makeWorld(7).people[0]?.name;
  const inner = path.join(directory, "facebook-ana");
  const whole = await storeOf([[directory]]);

  expect(await storeOf([[inner]])).toEqual(whole);
  // Without the profile the owner is the name in most threads.
  expect(await storeOf([[path.join(inner, "your_facebook_activity", "messages")]], persona)).toEqual(whole);
});

test("parts of real size are joined in order", async () => {
  const world = today(makeWorld(8, { longest: 21_000, partSize: 10_000 }));
  const workspace = await newWorkspace();
  const report = await importExports([await zip(dyiFiles(world))], { workspace });

  expect(report.read).toBeGreaterThan(21_000);
  await expectTruth(workspace, truthOf(world, { dyi: true }));
});

test("copies of group chats beside the threads add nothing", async () => {
  const files = dyiFiles(today(makeWorld(9, { partSize: 10_000 })));
  const copies = [...files].flatMap(([name, content]): [string, string | Buffer][] => {
    const id = /inbox\/[a-z]*_(1000000000000(?:20|21))\/message_1/.exec(name)?.[1];
    return id === undefined
      ? []
      : [[`your_facebook_activity/groups/your_group_messages/${id}.json`, content]];
  });

  expect(copies).toHaveLength(2);
  expect(await storeOf([[await folder(new Map([...files, ...copies]))]])).toEqual(
    await storeOf([[await folder(files)]]),
  );
});

test("a thread whose halves lie in two sections is one thread", async () => {
  const world = today(makeWorld(10));
  const [thread, ...others] = world.threads;
  if (thread === undefined) throw new Error("The world is empty.");
  const half = thread.entries.findIndex(
    ({ sentAt }, index) => index > 60 && sentAt !== null && sentAt !== thread.entries[index - 1]?.sentAt,
  );
  const before = { ...thread, entries: thread.entries.slice(0, half) };
  const after = { ...thread, section: "inbox", entries: thread.entries.slice(half) };
  const files = new Map([
    ...dyiFiles({ ...world, threads: [before, ...others] }),
    ...dyiFiles({ ...world, threads: [after] }),
  ]);
  const workspace = await newWorkspace();
  await importExports([await folder(files)], { workspace });
  const found = await compare(workspace, truthOf(world, { dyi: true }));
  const { messages } = found.truth.threads[thread.id] as { messages: unknown[] };

  expect(found.store.threads[thread.id]).toMatchObject({ messages });
});

test("Instagram's single file of 2018 to 2020 gives its words in order", async () => {
  const world = today(makeWorld(11));
  const report = await importExports([await folder(oldInstagramFiles(world))], {
    workspace: await newWorkspace(),
    persona: world.people[0]?.name ?? "",
  });
  const texts = truthOf(world, { dyi: true }).threads.flatMap(({ messages }) =>
    messages.filter(({ kind }) => kind === "text"),
  );

  expect(report).toMatchObject({ read: texts.length, texts: texts.length, problems: [] });
});

async function expectTruth(workspace: Workspace, truth: Truth): Promise<void> {
  const found = await compare(workspace, truth);
  expect(found.store).toEqual(found.truth);
}

/** Each way is a list of imports, each of them a list of paths: all give one store, and that is the truth. */
async function expectSame(ways: string[][][], truth: Truth): Promise<void> {
  const stores: Record<string, string>[] = [];
  for (const imports of ways) {
    const workspace = await newWorkspace();
    for (const paths of imports) await importExports(paths, { workspace });
    await expectTruth(workspace, truth);
    stores.push(await bytesOf(workspace));
  }
  for (const store of stores) expect(store).toEqual(stores[0]);
}

async function storeOf(imports: string[][], persona?: string): Promise<Record<string, string>> {
  const workspace = await newWorkspace();
  for (const paths of imports) await importExports(paths, { workspace, persona });
  return bytesOf(workspace);
}

/** What somebody who never saw the reader would write in five minutes: id of the thread to its times and words. */
function readPlainly(files: ExportFiles): Map<string, [number, string][]> {
  const parts = [...files].flatMap(([name, json]) => {
    const [, folder = "", part = ""] = /\/([^/]+)\/message_(\d+)\.json$/.exec(name) ?? [];
    const id = folder.slice(folder.indexOf("_") + 1);
    return part === "" ? [] : [{ id, part: Number(part), json: String(json) }];
  });
  const words = new Map<string, [number, string][]>();
  for (const { id, json } of parts.sort((a, b) => b.part - a.part)) {
    const { messages } = JSON.parse(json) as { messages: { timestamp_ms: number; content?: string }[] };
    for (const { timestamp_ms, content } of messages.reverse()) {
      const text = Buffer.from(content ?? "", "latin1")
        .toString("utf8")
        .normalize("NFC");
      words.set(id, [...(words.get(id) ?? []), [timestamp_ms, text]]);
    }
  }
  return words;
}

function isTwin(
  a: { sentAt: number | null; text: string; sender: string },
  b: typeof a | undefined,
): boolean {
  return (
    b !== undefined && a.text !== "" && a.sentAt === b.sentAt && a.text === b.text && a.sender === b.sender
  );
}

async function folder(files: ExportFiles): Promise<string> {
  return writeFolder(await newFolder(), files);
}

async function zip(files: ExportFiles, shape: ZipShape = {}): Promise<string> {
  return packZip(path.join(await newFolder(), "export.zip"), files, shape);
}

async function fourZips(files: ExportFiles, seed: number): Promise<string[]> {
  const directory = await newFolder();
  const hands = dealOut(files, 4, seededChance(seed));
  return Promise.all(hands.map((hand, index) => packZip(path.join(directory, `${index + 1}.zip`), hand)));
}
