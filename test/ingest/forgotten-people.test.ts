/** Who was forgotten stays so, whatever they are called by now, or were called before. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { forgetPerson, openMessages } from "../../src/ingest/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { exportFiles } from "./export-writer.ts";
import { encryptedChat, iPhoneChat, linesOf } from "./identity/chats.ts";
import { folderOf, importFiles, importPaths } from "./import-files.ts";

const owner = "Lea Brandt";
const asked = { persona: [owner], dateOrder: "dmy" };
const [weiss, ohm] = ["Nina Weiss", "Nina Ohm"];

/** What one export says of one person under a name, in a chat of two and in a group. */
function facebook(nina: string, { since = 0 } = {}) {
  const say = sayingFrom(1_700_000_000_123);
  const later = since > 0 ? [say(nina, "and this is new", since), say(owner, "nice", since + 1)] : [];
  return exportFiles(
    [
      {
        folder: "inbox/nina_1",
        title: nina,
        participants: [nina, owner],
        messages: [
          say(owner, "hey", 1),
          say(nina, "words of hers", 2),
          say(nina, "and more of her words", 3),
          ...later,
        ],
      },
      {
        folder: "inbox/club_2",
        title: "Club",
        participants: [nina, "Timo Falk", owner],
        messages: [
          say("Timo Falk", "who comes", 4, [nina]),
          say(nina, "not me", 5),
          say("Timo Falk", "Nina Weiss never does", 6),
          say(owner, "ok", 7),
        ],
      },
    ],
    { owner },
  );
}

function partyWith(nina: string) {
  const say = sayingFrom(1_710_000_000_456);
  const messages = [say("Timo Falk", `does ${nina} come?`, 1), say(nina, "yes", 2), say(owner, "good", 3)];
  return exportFiles(
    [
      {
        folder: "inbox/party_3",
        title: `Party of ${nina}`,
        participants: [nina, "Timo Falk", owner],
        messages,
      },
    ],
    { owner },
  );
}

test("a person who changed her name before she was forgotten stays so when an older export comes", async () => {
  const { workspace } = await importPaths([await folderOf(facebook(weiss))]);
  await importPaths([await folderOf(facebook(ohm, { since: 90 }))], { workspace });
  await forgetPerson({ workspace, name: ohm });
  const { report, words } = await importPaths([await folderOf(facebook(weiss))], { workspace });

  expect(report).toMatchObject({ added: 0, dropped: { "of a forgotten person": 3 } });
  expect(words.toSorted()).toEqual(kept(90));
  expect(await everyByte(workspace)).not.toMatch(/nina|weiss|ohm|hers|her words|not me/i);
});

test("a person who changed her name after she was forgotten stays so", async () => {
  const { workspace } = await importPaths([await folderOf(facebook(weiss))]);
  await forgetPerson({ workspace, name: weiss });
  const newer = await folderOf(facebook(ohm, { since: 90 }));
  const { report, words } = await importPaths([newer], { workspace });
  const before = await everyByte(workspace);
  const again = await importPaths([newer], { workspace });

  expect(report).toMatchObject({
    added: 1,
    returned: { people: 1 },
    dropped: { "of a forgotten person": 4 },
  });
  expect(words.toSorted()).toEqual(kept(90));
  expect(before).not.toMatch(/nina|weiss|ohm|hers|her words|not me|this is new/i);
  expect(again.report).toMatchObject({ added: 0, returned: { people: 0 } });
  expect(await everyByte(workspace)).toBe(before);
});

test("a name that only an older export has comes back neither, though the store never knew it", async () => {
  const { workspace } = await importPaths([await folderOf(facebook(ohm, { since: 90 }))]);
  await forgetPerson({ workspace, name: ohm });
  const { report, words } = await importPaths([await folderOf(facebook(weiss))], { workspace });

  expect(report).toMatchObject({ added: 0, returned: { people: 1 } });
  expect(words.toSorted()).toEqual(kept(90));
  expect(await everyByte(workspace)).not.toMatch(/nina|weiss|ohm/i);
});

test("where somebody of the new name was in the store before, it is said who else may be meant", async () => {
  const { workspace } = await importPaths([await folderOf(facebook(weiss))]);
  await forgetPerson({ workspace, name: weiss });
  const alone = await importPaths([await folderOf(partyWith(ohm))], { workspace });
  const { report } = await importPaths([await folderOf(facebook(ohm))], { workspace });

  expect(alone.words).toContain("Nina Ohm: yes");
  expect(report).toMatchObject({ returned: { people: 1, alsoElsewhere: [ohm] } });
  expect(await everyByte(workspace)).not.toMatch(/her words|not me/i);
});

test("who is found in one chat is left out of all others of that import", async () => {
  const { workspace } = await importPaths([await folderOf(facebook(weiss))]);
  await forgetPerson({ workspace, name: weiss });
  const files = facebook(ohm);
  for (const [name, content] of partyWith(ohm)) files.set(name, content);
  const { report, words } = await importPaths([await folderOf(files)], { workspace });

  expect(report).toMatchObject({ returned: { people: 1, alsoElsewhere: [] } });
  expect(words).toContain("Timo Falk: does [forgotten] come?");
  expect(await everyByte(workspace)).not.toMatch(/ohm|her words|not me/i);
});

test("a friend who comes back into an encrypted chat under a new name stays forgotten", async () => {
  const lines = (name: string) =>
    linesOf(["Lea Brandt: hey nina", `${name}: her words`, "Lea Brandt: lunch?", `${name}: her other words`]);
  const chat = (name: string, number: number) => ({
    [`${name}_${number}.json`]: encryptedChat([owner, name], `${name}_${number}`, lines(name)),
    "Timo Falk_9.json": encryptedChat(
      [owner, "Timo Falk"],
      "Timo Falk_9",
      linesOf(["Timo Falk: hi", "Lea Brandt: hi"]),
    ),
  });
  const { workspace } = await importFiles(chat(weiss, 1));
  await forgetPerson({ workspace, name: weiss });
  const { report, words } = await importFiles(chat(ohm, 4), { workspace });

  expect(report).toMatchObject({ threads: 2, added: 0, returned: { people: 1 } });
  expect(words.sort()).toEqual([
    "Lea Brandt: hey nina",
    "Lea Brandt: hi",
    "Lea Brandt: lunch?",
    "Timo Falk: hi",
  ]);
  expect(await everyByte(workspace)).not.toMatch(/weiss|ohm|her words|other words/i);
});

test("a chat of which nothing was left comes back neither, though nobody but her wrote in it", async () => {
  const chat = (name: string) => ({
    [`WhatsApp Chat with ${name}.txt`]: iPhoneChat(
      linesOf([`${name}: bist du da`, `${name}: hallo?`, `${name}: na dann`]),
    ),
    "WhatsApp Chat with Timo.txt": iPhoneChat(linesOf(["Timo: hi", "Lea Brandt: hi"])),
    "WhatsApp Chat with Mai.txt": iPhoneChat(linesOf(["Mai: hi du", "Lea Brandt: hi mai"])),
  });
  const { workspace } = await importFiles(chat("Nina"), asked);
  await forgetPerson({ workspace, name: "Nina" });
  const { report } = await importFiles(chat("Nina Ohm 🌷"), { ...asked, workspace });

  expect(report).toMatchObject({ threads: 2, added: 0, returned: { people: 1 } });
  expect(await everyByte(workspace)).not.toMatch(/nina|ohm|bist du da/i);
});

test("somebody who says one of the same things in the same minute is not taken for who was forgotten", async () => {
  const group = (lines: string[]) => ({
    "WhatsApp Chat with Club.txt": iPhoneChat(linesOf(lines, { seconds: 7 })),
  });
  const { workspace } = await importFiles(
    group(["Timo: ja", "Nina: ja", "Lea Brandt: gut", "Nina: bis dann", "Nina: um acht"]),
    asked,
  );
  await forgetPerson({ workspace, name: "Nina" });
  const { report, words } = await importFiles(
    group(["Timo: ja", "Mai: ja", "Lea Brandt: gut", "Mai: ich auch", "Lea Brandt: schön"]),
    { ...asked, workspace },
  );
  expect(report).toMatchObject({ returned: { people: 0 } });
  expect(words).toContain("Mai: ich auch");
});

test("a person is forgotten by a name that she had before", async () => {
  const { workspace } = await importPaths([await folderOf(facebook(weiss))]);
  await importPaths([await folderOf(facebook(ohm))], { workspace });
  const { erased } = await forgetPerson({ workspace, name: weiss });

  expect(erased).toBe(3);
  expect(await everyByte(workspace)).not.toMatch(/nina|weiss|ohm/i);
});

test("no name can be guessed from what the files of chats are called", async () => {
  const hashOf = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 16);
  const { workspace } = await importFiles({
    "Nina Weiss_1.json": encryptedChat(
      [owner, weiss],
      "Nina Weiss_1",
      linesOf(["Nina Weiss: a", "Lea Brandt: b"]),
    ),
    "Timo Falk_2.json": encryptedChat(
      [owner, "Timo Falk"],
      "Timo Falk_2",
      linesOf(["Timo Falk: c", "Lea Brandt: d"]),
    ),
  });
  const names = (await readdir(workspace.messages)).join(" ");
  for (const name of [weiss, "Timo Falk", owner]) expect(names).not.toContain(hashOf(name));
  const ids = (await openMessages(workspace)).threads.map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
});

function sayingFrom(start: number) {
  return (sender_name: string, content: string, minute: number, reactors: string[] = []) => ({
    sender_name,
    content,
    timestamp_ms: start + minute * 60_007,
    ...(reactors.length > 0 && { reactions: reactors.map((actor) => ({ reaction: "👍", actor })) }),
  });
}

function kept(since: number): string[] {
  const club = ["Timo Falk: who comes", "Timo Falk: [forgotten] never does", "Lea Brandt: ok"];
  return ["Lea Brandt: hey", ...(since > 0 ? ["Lea Brandt: nice"] : []), ...club].sort();
}

async function everyByte({ root }: Workspace): Promise<string> {
  const all = await readdir(root, { recursive: true });
  const names = all.filter((name) => /\.jsonl?$/.test(name)).sort();
  const contents = await Promise.all(names.map((name) => readFile(path.join(root, name), "utf8")));
  return names.map((name, index) => `${name}\n${contents[index]}`).join("\n");
}
