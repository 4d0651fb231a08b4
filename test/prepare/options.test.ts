import { expect, test } from "vitest";
import { dataSetChoices } from "../../src/choices/index.ts";
import { forgetPerson, openMessages } from "../../src/ingest/index.ts";
import { settingsOf } from "../../src/prepare/options.ts";
import type { Workspace } from "../../src/workspace.ts";
import { exportFiles } from "../ingest/export-writer.ts";
import { androidChat, encryptedChat, iPhoneChat, linesOf } from "../ingest/identity/chats.ts";
import { folderOf, importPaths } from "../ingest/import-files.ts";
import { chat, newWorkspace, persona, storeOf } from "./data-set.ts";

test("what nobody chose is settled at the door, and nothing is changed behind it", async () => {
  const settings = settingsOf({ store: storeOf([chat("ben", 3)]), workspace: await newWorkspace() });

  for (const [name, choice] of Object.entries(dataSetChoices))
    if ("default" in choice) expect(settings).toHaveProperty(name, choice.default);
  expect(Object.values(settings)).not.toContain(undefined);
  expect(settings).toMatchObject({ persona, rendering: "plain", trainTokenizer: null, dryRun: false });
  expect(Object.isFrozen(settings)).toBe(true);
});

test("a name in optedOut that nobody has is an error with the closest ones", async () => {
  const store = storeOf([chat("ben", 3)]);
  const workspace = await newWorkspace();
  expect(() => settingsOf({ store, workspace, optedOut: ["Bem"] })).toThrow(
    expect.objectContaining({
      message: `optedOut: nobody in the message store is called "Bem".`,
      fix: expect.stringMatching(/^Did you mean "Ben"/),
    }),
  );
});

const owner = "Ana Lima";

/** Two chats, the first one with a friend who writes once more in a newer export. */
function chatsWith(friend: string, isNewer: boolean) {
  const later = isNewer ? [`${friend}: third`] : [];
  const lines = [`${owner}: hey`, `${friend}: first`, `${owner}: and`, `${friend}: second`, ...later];
  return [
    { name: friend, lines: linesOf(lines) },
    { name: "Kim Roe", lines: linesOf(["Kim Roe: hi", `${owner}: hello`]) },
  ];
}

type Chat = ReturnType<typeof chatsWith>[number];

function messengerFiles(chats: Chat[]) {
  const threads = chats.map(({ name, lines }, index) => ({
    folder: `inbox/chat_${index}`,
    title: name,
    participants: [name, owner],
    messages: lines.map(({ sender, words, at }) => ({
      sender_name: sender,
      content: words,
      timestamp_ms: at,
    })),
  }));
  return exportFiles(threads, { owner });
}

function encryptedFiles(chats: Chat[]) {
  return Object.fromEntries(
    chats.map(({ name, lines }, index) => [
      `${name}_${index}.json`,
      encryptedChat([owner, name], `${name}_${index}`, lines),
    ]),
  );
}

const whatsAppFiles = (write: typeof iPhoneChat) => (chats: Chat[]) =>
  Object.fromEntries(chats.map(({ name, lines }) => [`WhatsApp Chat with ${name}.txt`, write(lines)]));

test.each<[string, (chats: Chat[]) => Parameters<typeof folderOf>[0], string, string]>([
  ["Messenger, German", messengerFiles, "Zoë Groß", "Zoë Müller-Groß"],
  ["encrypted Messenger, Polish", encryptedFiles, "Łucja Nowak", "Łucja Wiśniewska"],
  ["WhatsApp on an iPhone, Russian", whatsAppFiles(iPhoneChat), "Оля", "Ольга Петрова"],
  ["WhatsApp on Android, Japanese", whatsAppFiles(androidChat), "さくら", "田中 さくら"],
  ["WhatsApp on an iPhone, Arabic", whatsAppFiles(iPhoneChat), "ليلى", "ليلى حداد"],
])("who opted out under an earlier name stays so (%s)", async (_, write, before, now) => {
  const asked = { persona: [owner], dateOrder: "dmy" };
  const { workspace } = await importPaths([await folderOf(write(chatsWith(before, false)))], asked);
  expect(await optedOut(workspace, before)).toEqual([before]);

  await importPaths([await folderOf(write(chatsWith(now, true)))], { ...asked, workspace });
  expect(await optedOut(workspace, before)).toEqual([now]);
  expect(await optedOut(workspace, now)).toEqual([now]);

  await forgetPerson({ workspace, name: now });
  expect(await optedOut(workspace, before)).toEqual([]);
  expect(await optedOut(workspace, now)).toEqual([]);
  await expect(optedOut(workspace, "Nobody At All")).rejects.toThrow('is called "Nobody At All".');
});

async function optedOut(workspace: Workspace, name: string): Promise<readonly string[]> {
  return settingsOf({ store: await openMessages(workspace), workspace, optedOut: [name] }).optedOut;
}
