/** Which files are of one chat: their messages tell, not what they are called. */
import { expect, test } from "vitest";
import { openMessages } from "../../../src/ingest/index.ts";
import { folderOf, importFiles, importPaths, zipsOf } from "../import-files.ts";
import { storedMessages, storedTexts } from "../stored-messages.ts";
import { androidChat, encryptedChat, iPhoneChat, type Line, linesOf } from "./chats.ts";

const owner = "Lea Brandt";
const asked = { persona: [owner], dateOrder: "dmy" };
const timo = linesOf([
  "Lea Brandt: hallo timo",
  "Timo Falk: na du",
  "Lea Brandt: wie war der urlaub",
  "Timo Falk: schön, und bei dir",
  "Lea Brandt: auch gut",
]);
const other = linesOf([
  "Lea Brandt: hi, hier ist lea aus dem kurs",
  "Timo Falk: hallo lea, ich bin der andere timo",
  "Lea Brandt: kommst du morgen",
  "Timo Falk: ja, um acht",
]);
const english = "WhatsApp Chat with Timo Falk.txt";

test.each([
  ["by a browser", english, "WhatsApp Chat with Timo Falk (1).txt"],
  ["by a phone or a Mac", english, "WhatsApp Chat with Timo Falk 2.txt"],
  ["by Windows", english, "WhatsApp Chat with Timo Falk - Copy.txt"],
  ["by a phone in another language", english, "Chat de WhatsApp con Timo Falk.txt"],
  ["by a person", english, "timo.txt"],
  ["in the same way, in another folder", english, `later/${english}`],
])("a chat exported again and called otherwise %s is one", async (_, one, again) => {
  const files = { [one]: iPhoneChat(timo.slice(0, 4)), [again]: iPhoneChat(timo) };
  const { report, workspace } = await importFiles(files, asked);
  const [first, second] = Object.entries(files).map(([name, content]) => folderOf({ [name]: content }));
  const later = await importPaths([await (first as Promise<string>)], asked);
  const after = await importPaths([await (second as Promise<string>)], {
    ...asked,
    workspace: later.workspace,
  });

  expect(report).toMatchObject({ threads: 1, added: 5, duplicates: 4, namesakes: [] });
  expect(after.report).toMatchObject({ threads: 1, added: 1, duplicates: 4 });
  expect(await storedTexts(workspace)).toEqual([timo.map(({ words }) => words)]);
  expect(await storedTexts(after.workspace)).toEqual([timo.map(({ words }) => words)]);
});

test("a browser's mark is no part of a chat's title", async () => {
  const { workspace } = await importFiles(
    { [english]: iPhoneChat(timo.slice(0, 4)), "WhatsApp Chat with Timo Falk (1).txt": iPhoneChat(timo) },
    asked,
  );
  expect((await openMessages(workspace)).threads.map(({ title }) => title)).toEqual(["Timo Falk"]);
});

test("a friend and a group that were renamed between two encrypted exports are one thread each", async () => {
  const club = linesOf(["Lea Brandt: who plays today", "Timo Falk: me", "Nina Weiss: me too"]);
  const nina = linesOf(["Lea Brandt: hey nina", "Nina Weiss: hey", "Lea Brandt: lunch?"]);
  const mai = linesOf(["Lea Brandt: hey mai"]);
  const first = {
    "Chess 2024_1.json": encryptedChat([owner, "Timo Falk", "Nina Weiss"], "Chess 2024_1", club),
    "Nina Weiss_2.json": encryptedChat([owner, "Nina Weiss"], "Nina Weiss_2", nina),
    "Mai Tran_3.json": encryptedChat([owner, "Mai Tran"], "Mai Tran_3", mai),
  };
  const since = { from: Date.UTC(2024, 6, 18) };
  const newClub = [...renamed(club), ...linesOf(["Timo Falk: new year new club"], since)];
  const newNina = [...renamed(nina), ...linesOf(["Nina Ohm: married!"], since)];
  const second = {
    "Nina Ohm_1.json": encryptedChat([owner, "Nina Ohm"], "Nina Ohm_1", newNina),
    "Chess 2025_2.json": encryptedChat([owner, "Timo Falk", "Nina Ohm"], "Chess 2025_2", newClub),
    "Mai Tran_3.json": encryptedChat([owner, "Mai Tran"], "Mai Tran_3", mai),
  };
  const paths = await Promise.all([folderOf(first), folderOf(second)]);
  for (const order of [paths, paths.toReversed()]) {
    const together = await importPaths(order);
    const one = await importPaths(order.slice(0, 1));
    const after = await importPaths(order.slice(1), { workspace: one.workspace });

    expect(together.report).toMatchObject({ threads: 3, entries: 9, duplicates: 7 });
    expect(after.report).toMatchObject({ threads: 3, entries: 9 });
    for (const { workspace } of [together, after]) {
      const { threads } = await openMessages(workspace);
      expect(threads.map(({ title }) => title).sort()).toEqual(["Chess 2025", "Mai Tran", "Nina Ohm"]);
      expect([...new Set(threads.flatMap(({ people }) => people.map(({ name }) => name)))].sort()).toEqual([
        owner,
        "Mai Tran",
        "Nina Ohm",
        "Timo Falk",
      ]);
    }
  }
});

test("a friend whom the phone's owner renamed is one person in one chat", async () => {
  const { report, workspace } = await importFiles(
    {
      "WhatsApp Chat with Timo Uni.txt": iPhoneChat(calling("Timo Falk", "Timo Uni", timo.slice(0, 4))),
      [english]: iPhoneChat(timo),
    },
    asked,
  );
  expect(report).toMatchObject({ threads: 1, entries: 5 });
  expect((await openMessages(workspace)).threads[0]?.people.map(({ name }) => name)).toEqual([
    owner,
    "Timo Falk",
  ]);
});

test("two chats with one title in one zip stay two, in whatever order a later export has them", async () => {
  const files = (numbers: [number, number], [one, two]: [Line[], Line[]]) => ({
    [`Timo Falk_${numbers[0]}.json`]: encryptedChat([owner, "Timo Falk"], `Timo Falk_${numbers[0]}`, one),
    [`Timo Falk_${numbers[1]}.json`]: encryptedChat([owner, "Timo Falk"], `Timo Falk_${numbers[1]}`, two),
  });
  const zips = await zipsOf({
    "first.zip": files([2, 7], [timo.slice(0, 3), other.slice(0, 3)]),
    "second.zip": files([7, 2], [timo, other]),
  });
  for (const order of [zips, zips.toReversed()]) {
    const { workspace } = await importPaths(order.slice(0, 1), asked);
    const { report } = await importPaths(order.slice(1), { ...asked, workspace });
    expect(report).toMatchObject({ threads: 2, entries: 9, namesakes: [] });
    expect((await storedTexts(workspace)).toSorted(byFirst)).toEqual(
      [timo, other].map((lines) => lines.map(({ words }) => words)).toSorted(byFirst),
    );
  }
});

test("two chats of WhatsApp in one zip stay two, though both are called _chat.txt", async () => {
  const [zip] = await zipsOf({
    "WhatsApp.zip": { "one/_chat.txt": iPhoneChat(timo), "two/_chat.txt": iPhoneChat(other) },
  });
  const { report, workspace } = await importPaths([zip as string], asked);

  expect(report).toMatchObject({ threads: 2, entries: 9 });
  expect((await importPaths([zip as string], { ...asked, workspace })).report).toMatchObject({
    threads: 2,
    added: 0,
  });
});

test("two chats with one title that never went on at one time are kept apart, and told", async () => {
  const later = linesOf(["Timo Falk: neue nummer", "Lea Brandt: ok"], { from: Date.UTC(2025, 1, 1) });
  const { report, workspace } = await importFiles(
    { [`a/${english}`]: iPhoneChat(timo), [`b/${english}`]: iPhoneChat(later) },
    asked,
  );
  expect(report).toMatchObject({ threads: 2, entries: 7, namesakes: ["Timo Falk"] });
  expect(await storedTexts(workspace)).toHaveLength(2);
});

test("an export that bridges two of one chat makes them one thread again", async () => {
  const years = linesOf(
    Array.from({ length: 60 }, (_, index) => `${index % 2 === 0 ? owner : "Timo Falk"}: wort ${index}`),
    { seconds: 86_461 },
  );
  const { workspace } = await importFiles({ [english]: iPhoneChat(years.slice(0, 20)) }, asked);
  const apart = await importFiles({ [english]: iPhoneChat(years.slice(40)) }, { ...asked, workspace });
  const bridged = await importFiles({ [english]: iPhoneChat(years) }, { ...asked, workspace });

  expect(apart.report).toMatchObject({ threads: 2, namesakes: ["Timo Falk"] });
  expect(bridged.report).toMatchObject({ threads: 1, entries: 60, added: 20, duplicates: 40, namesakes: [] });
  expect(await storedTexts(workspace)).toEqual([years.map(({ words }) => words)]);
});

test("wishes that went to everybody at once make no two chats one", async () => {
  const wish = (friend: string, index: number) => [
    ...linesOf(["Lea Brandt: frohes neues jahr!", `${friend}: dir auch!`], {
      from: Date.UTC(2024, 0, 1),
      seconds: 20,
    }),
    ...linesOf([`${friend}: was anderes, ${index}`, "Lea Brandt: ja", `${friend}: eben ${index}`], {
      from: Date.UTC(2024, 0, 2 + index),
    }),
  ];
  const friends = ["Timo", "Mai", "Nina", "Otto"];
  const files = Object.fromEntries(
    friends.map((friend, index) => [`WhatsApp Chat with ${friend}.txt`, androidChat(wish(friend, index))]),
  );
  const { report, workspace } = await importFiles(files, asked);

  expect(report).toMatchObject({ threads: 4, entries: 20, duplicates: 0, namesakes: [] });
  expect((await importFiles(files, { ...asked, workspace })).report).toMatchObject({ threads: 4, added: 0 });
});

test("a list of wishes without an answer is told apart by its title", async () => {
  const wishes = linesOf(["Lea Brandt: frohes neues!", "Lea Brandt: frohe ostern!"], { seconds: 8_000_000 });
  const files = {
    "WhatsApp Chat with Mai.txt": androidChat(wishes),
    "WhatsApp Chat with Nina.txt": androidChat(wishes),
    [english]: iPhoneChat(timo),
  };
  expect((await importFiles(files, asked)).report).toMatchObject({ threads: 3, entries: 9 });
});

test.each([1, 6, 9.5, -3, -11])(
  "a clock that was %d hours off in one export is found and told",
  async (hours) => {
    const older = { [english]: iPhoneChat(timo.slice(0, 4), { hours }) };
    const newer = { [english]: androidChat(timo) };
    const paths = await Promise.all([folderOf(older), folderOf(newer)]);
    for (const order of [paths, paths.toReversed()]) {
      const together = await importPaths(order, asked);
      const one = await importPaths(order.slice(0, 1), asked);
      const after = await importPaths(order.slice(1), { ...asked, workspace: one.workspace });

      expect(together.report).toMatchObject({ threads: 1, entries: 5, duplicates: 4 });
      expect(together.report.shiftedClocks).toEqual([{ file: english, minutes: -60 * hours }]);
      expect(after.report).toMatchObject({ threads: 1, entries: 5 });
      expect(after.report.shiftedClocks).toMatchObject([{ minutes: -60 * hours }]);
      for (const { workspace } of [together, after])
        expect(
          (await storedMessages(workspace)).map(({ sentAt }) => Math.floor((sentAt as number) / 60_000)),
        ).toEqual(timo.map(({ at }) => Math.floor(at / 60_000)));
    }
  },
);

test("chats in which little is said in one way are not taken for one with another clock", async () => {
  const small = (friend: string, from: number) =>
    androidChat(
      linesOf(
        [`${friend}: hallo`, "Lea Brandt: hallo", `${friend}: ok`, "Lea Brandt: ok", `${friend}: ${friend}`],
        { from, seconds: from / 1e10 },
      ),
    );
  const files = {
    "WhatsApp Chat with Mai.txt": small("Mai", Date.UTC(2024, 3, 1)),
    "WhatsApp Chat with Nina.txt": small("Nina", Date.UTC(2024, 3, 1, 5)),
  };
  expect((await importFiles(files, asked)).report).toMatchObject({
    threads: 2,
    entries: 10,
    shiftedClocks: [],
  });
});

test("a long chat of which a newer export has the end is one, in whatever order they come", async () => {
  const long = linesOf(
    Array.from(
      { length: 6_000 },
      (_, index) => `${index % 3 === 0 ? owner : "Timo Falk"}: ${index % 7 === 0 ? "ok" : `wort ${index}`}`,
    ),
  );
  const paths = await Promise.all([
    folderOf({ [english]: iPhoneChat(long.slice(0, 5_000)) }),
    folderOf({ "WhatsApp Chat with Timo.txt": iPhoneChat(long.slice(4_950)) }),
  ]);
  for (const order of [paths, paths.toReversed()])
    expect((await importPaths(order, asked)).report).toMatchObject({
      threads: 1,
      entries: 6_000,
      duplicates: 50,
    });
});

function renamed(lines: Line[]): Line[] {
  return calling("Nina Weiss", "Nina Ohm", lines);
}

function calling(before: string, now: string, lines: Line[]): Line[] {
  return lines.map((line) => (line.sender === before ? { ...line, sender: now } : line));
}

function byFirst([a = ""]: string[], [b = ""]: string[]): number {
  return a < b ? -1 : 1;
}
