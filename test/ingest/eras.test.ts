/** One small export per era, in `test/fixtures/exports/`; what is expected of each is written by hand. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { Message, MessageKind } from "../../src/handoffs/index.ts";
import { importExports } from "../../src/ingest/index.ts";
import { projectRoot } from "../../src/project.ts";
import { openWorkspace } from "../../src/workspace.ts";
import { storedMessages } from "./stored-messages.ts";

const fixtures = path.join(projectRoot, "test", "fixtures", "exports");
const owner = "Ána Lima";

/** Sender, time, kind, text, then file names and addresses, then reactions. */
type Expected = [string, string, MessageKind, string, string[]?, string[]?];

const facebook: [string, Expected[], Record<string, number>][] = [
  [
    "facebook-2018",
    [
      ["Ben Reis", "2018-04-01T16:26:50.000Z", "text", "see you tomorrow?"],
      [owner, "2018-04-01T16:27:00.000Z", "text", "até amanhã 😂"],
      ["Ben Reis", "2018-04-01T16:27:10.000Z", "media", "", ["1_n.jpg"]],
      [owner, "2018-04-01T16:28:10.000Z", "call", ""],
    ],
    {},
  ],
  [
    "facebook-2020",
    [
      ["Ben Reis", "2020-02-29T18:15:00.000Z", "service", ""],
      [owner, "2020-02-29T18:16:40.000Z", "service", ""],
      [owner, "2020-02-29T18:18:20.456Z", "text", "this one", ["https://example.org/film"]],
      ["Zoë Fox", "2020-02-29T18:20:00.123Z", "text", "so good", [], ["😆 Ben Reis"]],
    ],
    {},
  ],
  [
    "facebook-2023",
    [
      ["Zoë Fox", "2023-01-01T19:06:41.000Z", "text", "voilà"],
      [owner, "2023-01-01T19:06:42.000Z", "sticker", "", ["39178562_1505197616293642_n_369239263222822.png"]],
    ],
    { unsent: 1 },
  ],
  [
    "facebook-2024",
    [
      [
        "Facebook user in facebook-2000300040005000",
        "2023-12-31T05:20:02.000Z",
        "text",
        "are you there?",
        [],
        [`❤ ${owner}`],
      ],
      [owner, "2023-12-31T05:20:03.000Z", "empty", ""],
    ],
    { "bumped copy": 1 },
  ],
  [
    "encrypted-chats",
    [
      [owner, "2024-04-05T19:34:38.901Z", "text", "olá, and Ã© as I typed it", [], ["😆 Zoë Fox"]],
      ["Zoë Fox", "2024-04-05T19:34:40.000Z", "media", "", ["abc.jpeg"]],
    ],
    { unsent: 1 },
  ],
  [
    "instagram-2024",
    [
      [owner, "2024-03-09T16:00:00.000Z", "text", "olá"],
      ["Zoë Fox", "2024-03-09T16:00:01.000Z", "reaction", ""],
      [owner, "2024-03-09T16:00:02.000Z", "share", "", ["https://www.instagram.com/reel/abc/"]],
      ["Zoë Fox", "2024-03-09T16:00:03.000Z", "reaction", ""],
    ],
    {},
  ],
];

test.each(facebook)("%s is read as its people wrote it", async (era, expected, dropped) => {
  const { messages, report } = await importFixture(era, owner);

  expect(messages.map(asExpected)).toEqual(expected.map(complete));
  expect(report).toMatchObject({ problems: [], drift: [], dropped, read: expected.length + sum(dropped) });
  expect(JSON.stringify(messages)).not.toMatch(/reviewer|stranger|203\.0\.113/i);
});

test("instagram-2018 is read as its people wrote it, under their user names", async () => {
  const { messages } = await importFixture("instagram-2018", "ana.lima");

  expect(messages.map(asExpected)).toEqual([
    complete(["zoe.fox", "2019-05-01T10:00:00.000Z", "text", "hi"]),
    complete(["ana.lima", "2019-05-01T10:00:05.250Z", "text", "até já"]),
  ]);
});

test("html is refused, with the way to JSON", async () => {
  await expect(importFixture("html", owner)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("HTML"),
    fix: expect.stringContaining("JSON"),
  });
});

/** WhatsApp's times are those of the clock on the wall where the phone was: local time, here as there. */
const whatsapp: [string, Expected[]][] = [
  [
    "whatsapp-ios",
    [
      ["", local(2023, 12, 31, 14, 5, 33), "service", ""],
      ["Zoë Fox", local(2023, 12, 31, 14, 5, 40), "text", "hi 😆\nare you there?"],
      [owner, local(2023, 12, 31, 14, 6, 2), "media", ""],
      [owner, local(2024, 1, 1, 9, 0, 0), "text", "feliz ano novo: a todos"],
      [owner, local(2024, 1, 1, 9, 1, 0), "text", "see", ["00000012-PHOTO-2024-01-01-09-01-00.jpg"]],
    ],
  ],
  [
    "whatsapp-android",
    [
      ["", local(2023, 12, 31, 14, 5, 0), "service", ""],
      ["Zoë Fox", local(2023, 12, 31, 14, 5, 0), "text", "hi\nare you there?"],
      [owner, local(2023, 12, 31, 14, 6, 0), "media", ""],
      [owner, local(2024, 1, 1, 9, 0, 0), "text", "feliz ano novo"],
      ["Zoë Fox", local(2024, 1, 1, 9, 2, 0), "media", "", ["IMG-20240101-WA0001.jpg"]],
      ["Zoë Fox", local(2024, 1, 1, 9, 3, 0), "call", ""],
    ],
  ],
];

test.each(whatsapp)("%s is read as its people wrote it", async (era, expected) => {
  const { messages, report } = await importFixture(era, owner);
  // Who says a service line is for the reader of the format to decide.
  const said = messages.map((message) => (message.kind === "service" ? { ...message, sender: "" } : message));

  expect(said.map(asExpected)).toEqual(expected.map(complete));
  expect(report.dropped).toEqual({ unsent: 1 });
});

async function importFixture(era: string, persona: string) {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona eras ")));
  const report = await importExports([path.join(fixtures, era)], { workspace, persona });
  return { messages: await storedMessages(workspace), report };
}

function asExpected({ sender, sentAt, kind, text, attachments, reactions }: Message): Expected {
  const files = attachments.map(({ name }) => (name.includes("://") ? name : path.posix.basename(name)));
  const time = sentAt === null ? "" : new Date(sentAt).toISOString();
  return [sender, time, kind, text, files, reactions.map(({ emoji, actor }) => `${emoji} ${actor}`)];
}

function complete([sender, time, kind, text, files = [], reactions = []]: Expected): Expected {
  return [sender, time, kind, text, files, reactions];
}

function local(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): string {
  return new Date(year, month - 1, day, hour, minute, second).toISOString();
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
