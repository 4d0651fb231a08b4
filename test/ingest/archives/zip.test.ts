import { symlink } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { readEntry } from "../../../src/ingest/archives/entry.ts";
import { listZip } from "../../../src/ingest/archives/zip.ts";
import { fileEntry, newFolder } from "../found-things.ts";
import { type HostileEntry, type ZipMistakes, zipBytes } from "../hostile/zip-writer.ts";

test("lists files and their sizes, in the zip's order, without its folders", async () => {
  const zip = await zipWith([
    { name: "b/" },
    { name: "b/two.json", data: "22" },
    { name: "a.json", data: "1", method: 0 },
  ]);
  const { entries, problems } = await listZip(zip);
  expect(entries.map(({ path, bytes, packed }) => [path, bytes, packed?.method])).toEqual([
    ["b/two.json", 2, 8],
    ["a.json", 1, 0],
  ]);
  expect(problems).toEqual([]);
});

test("names keep their accents, and the zip may be a link", async () => {
  const link = path.join(await newFolder(), "link.zip");
  await symlink(await zipWith([{ name: "Zoë Fox_1.json", data: "x" }]), link);
  const { entries } = await listZip(link);
  expect(entries.map((entry) => [entry.path, readEntry(entry).toString()])).toEqual([
    ["Zoë Fox_1.json", "x"],
  ]);
});

test("an encrypted entry is listed as one", async () => {
  const { entries } = await listZip(await zipWith([{ name: "a.json", data: "x", flags: 0x801 }]));
  expect(entries.map(({ packed }) => packed?.isEncrypted)).toEqual([true]);
});

test("an empty zip has no files", async () => {
  expect(await listZip(await zipWith([]))).toEqual({ entries: [], problems: [] });
});

test.each<[string, HostileEntry[]]>([
  [
    "lie over each other",
    [
      { name: "a", data: "x".repeat(5_000) },
      { name: "b", sameDataAs: 0, data: "x".repeat(5_000) },
    ],
  ],
  [
    "lie inside of another",
    [
      { name: "a", data: "x".repeat(900), method: 0 },
      { name: "b", data: "y", offset: 400 },
    ],
  ],
  [
    "are listed in another order",
    [
      { name: "a", data: "x", offset: 45 },
      { name: "b", data: "x".repeat(200), method: 0, offset: 0 },
    ],
  ],
])("a zip whose entries %s is a bomb, and is refused", async (_, entries) => {
  await expect(listZip(await zipWith(entries))).rejects.toThrow("share their bytes");
});

test("entries that lie in another order than they are listed are no bomb", async () => {
  const first = { name: "a", data: "x".repeat(20), method: 0 };
  const second = { name: "b", data: "y".repeat(20), method: 0 };
  const { entries } = await listZip(
    await zipWith([
      { ...first, offset: 51 },
      { ...second, offset: 0 },
    ]),
  );
  expect(entries).toHaveLength(2);
});

test.each(["../a.json", "a/../../b.json", "/etc/passwd", "C:/a.json", "a\\..\\b.json"])(
  "an entry called %s leads out of the folder, and the zip is refused",
  async (name) => {
    await expectRefusal(
      listZip(await zipWith([{ name, data: "x" }])),
      /leads out of its folder|not a whole zip/,
    );
  },
);

test.each<[string, Buffer]>([
  ["nothing", Buffer.alloc(0)],
  ["no zip", Buffer.from("this is a letter, and not a zip at all")],
  ["half a zip", zipBytes([{ name: "a.json", data: "x".repeat(99), method: 0 }]).subarray(0, 90)],
])("%s is refused with what to do", async (_, bytes) => {
  const { file } = await fileEntry(bytes, "export.zip");
  await expectRefusal(listZip(file), /is not a whole zip file/);
});

test("a zip that says it has more entries than it has is refused", async () => {
  const zip = await zipWith([{ name: "a", data: "x" }], { entryCount: 5 });
  await expectRefusal(listZip(zip), /is not a whole zip file/);
});

async function expectRefusal(listing: Promise<unknown>, problem: RegExp): Promise<void> {
  const error = await listing.then(
    () => expect.unreachable("it was listed"),
    (error: unknown) => error as UserError,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toMatch(problem);
}

async function zipWith(entries: HostileEntry[], mistakes?: ZipMistakes): Promise<string> {
  return (await fileEntry(zipBytes(entries, mistakes), "export.zip")).file;
}
