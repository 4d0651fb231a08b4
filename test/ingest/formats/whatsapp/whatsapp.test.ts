import fc from "fast-check";
import { expect, test } from "vitest";
import { findFileStyle } from "../../../../src/ingest/formats/whatsapp/file-style.ts";
import { readWhatsAppLines } from "../../../../src/ingest/formats/whatsapp/messages.ts";
import type { DateOrder } from "../../../../src/ingest/formats/whatsapp/stamps/index.ts";

const now = local(2026, 6, 1, 12);

interface Style {
  name: string;
  order: DateOrder;
  stamp(time: Date): string;
  hasSeconds?: boolean;
}

const two = (number: number) => String(number).padStart(2, "0");
const twelve = (time: Date) => time.getHours() % 12 || 12;
const clock = (time: Date) => `${two(time.getHours())}:${two(time.getMinutes())}`;
const half = (time: Date, am: string, pm: string) => (time.getHours() < 12 ? am : pm);
const dmy = (time: Date, separator: string, year = time.getFullYear()) =>
  [two(time.getDate()), two(time.getMonth() + 1), String(year)].join(separator);

/** Phones of several countries. */
const styles: Style[] = [
  ...(
    [
      ["Tamil", "முற்பகல்", "பிற்பகல்"],
      ["Hindi", "पूर्वाह्न", "अपराह्न"],
      ["Bengali", "পূর্বাহ্ণ", "অপরাহ্ণ"],
      ["Kannada", "ಪೂರ್ವಾಹ್ನ", "ಅಪರಾಹ್ನ"],
      ["Afrikaans", "vm.", "nm."],
      ["Uzbek", "TO", "TK"],
    ] as const
  ).map(
    ([language, am, pm]): Style => ({
      name: `Android, ${language} with a clock of twelve hours`,
      order: "dmy",
      stamp: (time) =>
        `${dmy(time, "/")}, ${twelve(time)}:${two(time.getMinutes())} ${half(time, am, pm)} - `,
    }),
  ),
  {
    name: "iPhone, Britain",
    order: "dmy",
    hasSeconds: true,
    stamp: (time) => `[${dmy(time, "/")}, ${clock(time)}:${two(time.getSeconds())}] `,
  },
  {
    name: "iPhone, Germany with a clock of twelve hours",
    order: "dmy",
    hasSeconds: true,
    stamp: (time) =>
      `\u200e[${dmy(time, ".", time.getFullYear() % 100)}, ${twelve(time)}:${two(time.getMinutes())}:${two(time.getSeconds())}\u202f${half(time, "AM", "PM")}] `,
  },
  {
    name: "iPhone, Turkey",
    order: "dmy",
    hasSeconds: true,
    stamp: (time) =>
      `[${time.getDate()}.${two(time.getMonth() + 1)}.${time.getFullYear()} ${clock(time)}:${two(time.getSeconds())}] `,
  },
  {
    name: "iPhone, Japan",
    order: "ymd",
    hasSeconds: true,
    stamp: (time) =>
      `[${time.getFullYear()}/${time.getMonth() + 1}/${time.getDate()} ${half(time, "午前", "午後")}${twelve(time)}:${two(time.getMinutes())}:${two(time.getSeconds())}] `,
  },
  {
    name: "Android, United States",
    order: "mdy",
    stamp: (time) =>
      `${time.getMonth() + 1}/${time.getDate()}/${time.getFullYear() % 100}, ${twelve(time)}:${two(time.getMinutes())}\u202f${half(time, "AM", "PM")} - `,
  },
  {
    name: "Android, Germany",
    order: "dmy",
    stamp: (time) => `${dmy(time, ".", time.getFullYear() % 100)}, ${clock(time)} - `,
  },
  { name: "Android, Brazil", order: "dmy", stamp: (time) => `${dmy(time, "/")} ${clock(time)} - ` },
  { name: "Android, France", order: "dmy", stamp: (time) => `${dmy(time, "/")} à ${clock(time)} - ` },
  {
    name: "Android, Netherlands",
    order: "dmy",
    stamp: (time) => `${dmy(time, "-")} ${clock(time)} - `,
  },
  {
    name: "Android, Mexico",
    order: "dmy",
    stamp: (time) =>
      `${dmy(time, "/")} ${twelve(time)}:${two(time.getMinutes())} ${half(time, "a.\u00a0m.", "p.\u00a0m.")} - `,
  },
  {
    name: "Android, Sweden",
    order: "ymd",
    stamp: (time) =>
      `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock(time)} - `,
  },
  {
    name: "Android, Korea",
    order: "ymd",
    stamp: (time) =>
      `${time.getFullYear()}. ${time.getMonth() + 1}. ${time.getDate()}. ${half(time, "오전", "오후")} ${twelve(time)}:${two(time.getMinutes())} - `,
  },
  {
    name: "Android, Egypt",
    order: "dmy",
    stamp: (time) =>
      `${arabic(dmy(time, "\u200f/"))}، ${arabic(`${twelve(time)}:${two(time.getMinutes())}`)} ${half(time, "ص", "م")} - `,
  },
];

test.each(styles)(
  "$name: order, times and texts are read back",
  async ({ stamp, order, hasSeconds = false }) => {
    await fc.assert(
      fc.asyncProperty(chat(hasSeconds), async (messages) => {
        const text = messages
          .map(({ time, sender, words }) => `${stamp(new Date(time))}${sender}: ${words}`)
          .join("\n");

        expect((await findFileStyle(() => linesOf(text), { now })).orders).toEqual([order]);
        expect(await read(text, order)).toEqual(
          messages.map(({ time, sender, words }) => ({
            sender,
            sentAt: time,
            text: words,
            kind: "text",
            attachments: [],
          })),
        );
      }),
      { seed: 1, numRuns: 60 },
    );
  },
);

test("the 31st settles the order, wherever it stands", async () => {
  expect(await ordersOf("05/06/23, 10:00 - Ana: hi", "31/07/23, 10:00 - Ana: hi")).toEqual(["dmy"]);
  expect(await ordersOf("05/06/23, 10:00 - Ana: hi", "07/31/23, 10:00 - Ana: hi")).toEqual(["mdy"]);
});

test("a chat that would run backwards settles the order", async () => {
  // As months it goes 1, 2, 1; as days it goes on.
  expect(
    await ordersOf("01/05/23, 10:00 - Ana: hi", "02/05/23, 10:00 - Ana: hi", "01/06/23, 10:00 - Ana: hi"),
  ).toEqual(["dmy"]);
});

test("a date that would lie in the future settles the order", async () => {
  expect(
    await ordersOf("03/12/25, 10:00 - Ana: hi", "04/05/26, 10:00 - Ana: hi", "12/05/26, 10:00 - Ana: hi"),
  ).toEqual(["dmy"]);
});

test("what the dates do not say is not guessed", async () => {
  expect(await ordersOf("05/06/23, 10:00 - Ana: hi", "06/06/23, 10:00 - Ana: hi")).toEqual(["dmy", "mdy"]);
});

test("where both orders give the same days there is nothing to ask", async () => {
  expect(await ordersOf("05/05/23, 10:00 - Ana: hi", "06/06/23, 10:00 - Ana: hi")).toEqual(["dmy"]);
});

test("a pasted line from another chat does not unsettle the order", async () => {
  const lines = Array.from({ length: 28 }, (_, day) => `${two(day + 1)}/07/23, 10:00 - Ana: hi`);
  expect(await ordersOf(...lines, "12/31/22, 10:00 - Somebody: else", "29/07/23, 10:00 - Ana: hi")).toEqual([
    "dmy",
  ]);
});

test("a file of other lines is no WhatsApp file", async () => {
  expect(await ordersOf("Dear Ana,", "10:30 - Ana: hi", "[12] Ana: hi", "99/99/99, 10:00 - Ana: hi")).toEqual(
    [],
  );
});

const apple = (rest: string) => `[31/12/2023, 14:05:33] ${rest}`;
const android = (rest: string) => `31/12/23, 14:05 - ${rest}`;

test.each<[string, string, object]>([
  [
    "a line nobody sent",
    android("Ana changed the subject to Holiday"),
    { sender: "", kind: "service", text: "" },
  ],
  [
    "a line nobody sent, with a colon in a name",
    android('Ana created group "Rome: May"'),
    { sender: "", kind: "service" },
  ],
  [
    "an iPhone's line of its own",
    apple("Ana: \u200eMessages and calls are end-to-end encrypted."),
    { sender: "Ana", kind: "service", text: "" },
  ],
  [
    "media left out on Android",
    android("Ana: <Media omitted>"),
    { kind: "media", text: "", attachments: [] },
  ],
  [
    "media left out in German, with its name",
    android("Ana: <Medien ausgeschlossen>\nPlan für Mai.pdf"),
    { kind: "media", text: "", attachments: [{ kind: "file", name: "Plan für Mai.pdf" }] },
  ],
  [
    "media left out, with words",
    android("Ana: <Media omitted>\nour new car"),
    { kind: "text", text: "our new car" },
  ],
  [
    "media left out on an iPhone",
    apple("Ana: \u200eimage omitted"),
    { kind: "media", text: "", attachments: [] },
  ],
  ["a sticker left out", apple("Ana: \u200esticker omitted"), { kind: "sticker", text: "" }],
  [
    "a document left out",
    apple("Ana: plan.pdf • \u200e2 pages \u200edocument omitted"),
    { kind: "media", attachments: [{ kind: "file", name: "plan.pdf" }] },
  ],
  [
    "an attached picture on Android",
    android("Ana: \u200eIMG-20231231-WA0001.jpg (file attached)"),
    { kind: "media", attachments: [{ kind: "photo", name: "IMG-20231231-WA0001.jpg" }] },
  ],
  [
    "an attached picture with words",
    android("Ana: IMG-20231231-WA0001.jpg (Datei angehängt)\nwir zwei"),
    { kind: "text", text: "wir zwei", attachments: [{ kind: "photo", name: "IMG-20231231-WA0001.jpg" }] },
  ],
  [
    "an attached picture on an iPhone",
    apple("Ana: \u200e<attached: 00000012-PHOTO-2023-12-31-14-05-33.jpg>"),
    { kind: "media", attachments: [{ kind: "photo", name: "00000012-PHOTO-2023-12-31-14-05-33.jpg" }] },
  ],
  [
    "an attached voice message in a language without a table",
    apple("Ana: \u200e<mellékelve: 00000013-AUDIO.opus>"),
    { kind: "media", attachments: [{ kind: "audio", name: "00000013-AUDIO.opus" }] },
  ],
  ["an attached sticker", apple("Ana: \u200e<attached: 00000014-STICKER-2023.webp>"), { kind: "sticker" }],
  ["a deleted message", android("Ana: This message was deleted"), { dropped: "unsent" }],
  ["one's own deleted message", apple("Ana: \u200eYou deleted this message."), { dropped: "unsent" }],
  ["a deleted message in Spanish", android("Ana: Eliminaste este mensaje"), { dropped: "unsent" }],
  ["an edited message", android("Ana: at nine <This message was edited>"), { kind: "text", text: "at nine" }],
  [
    "an edited message in a language without a table",
    apple("Ana: kilenckor \u200e<Szerkesztett üzenet>"),
    { kind: "text", text: "kilenckor" },
  ],
  ["a missed call", android("Ana: Missed voice call"), { kind: "call", text: "" }],
  ["a missed call that nobody sent", android("Missed video call"), { sender: "", kind: "call" }],
  ["a call on an iPhone", apple("Ana: \u200eVoice call. \u200e2 min"), { kind: "call", text: "" }],
  ["a poll", apple("Ana: \u200ePOLL:\nPizza?\n\u200eOPTION: yes (\u200e1 vote)"), { kind: "poll", text: "" }],
  [
    "a place",
    apple("Ana: \u200eLocation: https://maps.google.com/?q=1,2"),
    { kind: "share", attachments: [{ kind: "link", name: "https://maps.google.com/?q=1,2" }] },
  ],
  ["nothing at all", android("Ana:"), { kind: "empty", text: "" }],
  [
    "somebody who is not in the address book",
    apple("~\u202fAna Lima: hi"),
    { sender: "Ana Lima", text: "hi" },
  ],
  [
    "a number in the place of a name",
    android("\u202a+44 7700 900123\u202c: hi"),
    { sender: "+44 7700 900123", text: "hi" },
  ],
  ["somebody mentioned", apple("Ana: @\u2068Ben Reis\u2069 come"), { text: "@Ben Reis come" }],
])("%s", async (_, line, expected) => {
  expect(await read(line, "dmy")).toMatchObject([expected]);
});

test.each([
  "video call tomorrow?",
  "image omitted",
  "the image omitted the best part",
  "she wrote: This message was deleted",
  "this message was deleted by whom?",
  "<3",
  "<Media>",
  "I have (file attached) three times",
  "Location: my bed",
  "12:30 works: see you",
  "31/12/23, 14:05",
  "- not a list: a text",
])("words stay words: %s", async (words) => {
  for (const line of [apple, android]) {
    expect(await read(line(`Ana: ${words}`), "dmy")).toMatchObject([
      { sender: "Ana", kind: "text", text: words },
    ]);
  }
});

test("a message goes on over lines, empty ones and dates that are none", async () => {
  const text = `${android("Ana: one\n\n99/99/23, 10:00 - Ben: two\nthree\r")}\r\n${android("Ben: four")}\r`;
  expect(await read(text, "dmy")).toMatchObject([
    { sender: "Ana", text: "one\n\n99/99/23, 10:00 - Ben: two\nthree\r" },
    { sender: "Ben", text: "four" },
  ]);
});

test("lines before the first message are counted, and a message beyond all bounds is not kept", async () => {
  async function* lines() {
    yield ["the middle of something", android("Ana: hi"), android("Ben: long")];
    for (let line = 0; line < 3000; line++) yield ["x".repeat(1000)];
    yield [android("Ana: bye")];
  }
  expect(await collect(readWhatsAppLines(lines(), { order: "dmy", styles: ["-d,/"] }))).toMatchObject([
    { dropped: "before the first message" },
    { text: "hi" },
    { dropped: "longer than a message can be" },
    { text: "bye" },
  ]);
});

test("any lines at all are read without an error, and no text is torn", async () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      apple("Ana: "),
      android("Ana: \u200e"),
      apple("\ud800"),
      android("<"),
      "<attached: ",
      "\u200e",
      "[",
    ),
  );
  const line = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
      const text = lines.join("\n");
      await findFileStyle(() => linesOf(text), { now });
      for (const item of await read(text, "dmy")) {
        if ("text" in item) expect(item.text.isWellFormed() && item.sender.isWellFormed()).toBe(true);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

/** Messages over more than a year and a month's end, so that their order can be known. */
function chat(hasSeconds: boolean) {
  const unit = hasSeconds ? 1 : 60;
  const word = fc.constantFrom(
    "hi",
    "olá 😂",
    "مرحبا",
    "wait: what",
    "12/05 works",
    "at 9:30 - or so",
    "<3",
    "line\nbreak",
    '«a» "b"',
  );
  const message = fc.record({
    gap: fc.integer({ min: 0, max: 40 * 86_400 }),
    sender: fc.constantFrom("Ana Lima", "Zoë Fox", "山田太郎", 'Joe "Bear" O\'Neil', "+44 7700 900123"),
    words: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" ")),
  });
  return fc.array(message, { minLength: 2, maxLength: 30 }).map((messages) => {
    let time = local(2021, 1, 25, 9);
    const dated = messages.map(({ gap, sender, words }) => {
      time = onTheWall(time + Math.floor(gap / unit) * unit * 1000);
      return { time, sender, words };
    });
    return [...dated, { time: local(2025, 5, 31, 23), sender: "Ana Lima", words: "the 31st" }];
  });
}

/** Of an hour that the clock shows twice in autumn, the first: an export cannot tell them apart. */
function onTheWall(time: number): number {
  const date = new Date(time);
  const day = [date.getFullYear(), date.getMonth(), date.getDate()] as const;
  return new Date(...day, date.getHours(), date.getMinutes(), date.getSeconds()).getTime();
}

function local(year: number, month: number, day: number, hour: number): number {
  return new Date(year, month - 1, day, hour).getTime();
}

function arabic(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));
}

async function ordersOf(...lines: string[]): Promise<DateOrder[]> {
  return (await findFileStyle(() => linesOf(lines.join("\n")), { now })).orders;
}

async function read(text: string, order: DateOrder) {
  const { styles } = await findFileStyle(() => linesOf(text), { now });
  return collect(readWhatsAppLines(linesOf(text), { order, styles }));
}

async function* linesOf(text: string): AsyncGenerator<string[]> {
  for (const line of text.split("\n")) yield [line];
}

async function collect<T>(batches: AsyncIterable<T[]>): Promise<T[]> {
  const collected: T[] = [];
  for await (const batch of batches) collected.push(...batch);
  return collected;
}
