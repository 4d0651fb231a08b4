/** Whole chats as phones and the web page export them. */
import { expect, test } from "vitest";
import { folderOf, importFiles, importPaths, zipsOf } from "./import-files.ts";

const lea = { persona: ["Lea Brandt"] };

// ----- pasted lines stay in the message that they were pasted into -----

test.each<[string, string[], number]>([
  [
    "Android, lines in brackets",
    [
      "13/03/2024, 10:00 - Lea Brandt: what did she say?",
      "13/03/2024, 10:02 - Timo Falk: [12/03/2024, 21:14] Mai Tran: i never want to see him again",
      "[12/03/2024, 21:15] Lea Brandt: calm down",
      "[12/03/2024, 21:16] Mai Tran: no",
      "13/03/2024, 10:03 - Lea Brandt: wow",
      "13/03/2024, 10:04 - Timo Falk: this is from the group:",
      "[12/3/24 9:20:11 PM] Lea Brandt: i quit",
      "13/03/2024, 10:05 - Lea Brandt: ok",
    ],
    5,
  ],
  [
    "iPhone, lines with a dash",
    [
      "[13.03.24, 10:00:00] Lea Brandt: was steht drin?",
      "[13.03.24, 10:02:00] Timo Falk: schau:",
      "12.03.24, 21:14 - Lea Brandt: ich kündige",
      "12.03.24, 21:15 - Mai Tran: mach das nicht",
      "[13.03.24, 10:03:00] Lea Brandt: oje",
    ],
    3,
  ],
  [
    "iPhone, lines without seconds",
    [
      "[13/03/2024, 10:00:00] Lea Brandt: ¿qué dice?",
      "[13/03/2024, 10:02:00] Timo Falk: mira",
      "[12/03/2024, 21:14] Mai Tran: no voy",
      "[13/03/2024, 10:03:00] Lea Brandt: vale",
    ],
    3,
  ],
  [
    "Android in the United States, lines copied from the web page, time first",
    [
      "3/13/24, 10:00 AM - Lea Brandt: what?",
      "3/13/24, 10:02 AM - Timo Falk: look",
      "[9:14 PM, 3/12/2024] Mai Tran: no way",
      "[9:15 PM, 3/12/2024] Lea Brandt: yes way",
      "3/13/24, 10:03 AM - Lea Brandt: ha",
      "3/14/24, 10:03 AM - Timo Falk: bye",
    ],
    4,
  ],
  [
    "Brazil, more pasted lines than messages",
    [
      "13/03/2024 10:00 - Lea Brandt: e aí?",
      "13/03/2024 10:02 - Timo Falk: olha só",
      ...Array.from({ length: 30 }, (_, index) => `[12/03/2024, 20:${10 + index}] Mai Tran: linha ${index}`),
      "13/03/2024 10:03 - Lea Brandt: nossa",
    ],
    3,
  ],
  [
    "Korea, lines of a phone in another language",
    [
      "2024. 3. 13. 오전 10:00 - Lea Brandt: 뭐래?",
      "2024. 3. 13. 오전 10:02 - Timo Falk: 봐",
      "[13/03/2024, 9:14:01 AM] Mai Tran: hello",
      "2024. 3. 13. 오전 10:03 - Lea Brandt: 헐",
    ],
    3,
  ],
  [
    "lines whose clock is nine hours ahead",
    [
      "13.03.24, 10:00 - Lea Brandt: na?",
      "13.03.24, 10:02 - Timo Falk: aus Tokio:",
      "[2024/03/13 18:55:10] Mai Tran: もしもし",
      "13.03.24, 10:03 - Lea Brandt: aha",
    ],
    3,
  ],
])("pasted lines are no messages: %s", async (_, lines, messages) => {
  const { report } = await importFiles({ "WhatsApp Chat with Timo Falk.txt": lines.join("\n") }, lea);
  expect(report.texts).toBe(messages);
  expect(report.groups).toBe(0);
});

test("a file that begins in the middle of a message with pasted lines is read by its own style", async () => {
  const own = Array.from({ length: 28 }, (_, day) => `${day + 1}.03.24, 10:00 - Lea Brandt: tag ${day}`);
  const lines = [
    "[28/02/2024, 21:14] Mai Tran: x",
    "[28/02/2024, 21:15] Mai Tran: y",
    ...own,
    "29.03.24, 10:00 - Timo Falk: na",
  ];
  const { report } = await importFiles({ "WhatsApp Chat with Timo Falk.txt": lines.join("\n") }, lea);
  expect(report.texts).toBe(29);
  expect(report.dropped).toEqual({ "before the first message": 2 });
});

test("two chats in one file are both read, though they begin differently", async () => {
  const old = Array.from({ length: 20 }, (_, day) => `[${day + 1}.03.23, 10:00:00] Lea Brandt: alt ${day}`);
  const recent = Array.from({ length: 20 }, (_, day) => `${day + 1}.03.24, 10:00 - Timo Falk: neu ${day}`);
  const { report } = await importFiles(
    { "WhatsApp Chat with Timo Falk.txt": [...old, ...recent].join("\n") },
    lea,
  );
  expect(report.texts).toBe(40);
});

// ----- what WhatsApp marks on phones that write from right to left -----

const right = "\u200f";

test.each<[string, string[], number]>([
  [
    "Arabic",
    [
      "[‏18‏/3‏/2022، 14:56:01] Timo Falk: ‏الرسائل والمكالمات مشفّرة تمامًا بين الطرفين.",
      "[‏27‏/3‏/2022، 21:41:35] Lea Brandt: صباح الخير",
      "‏[‏27‏/3‏/2022، 21:41:55] Lea Brandt: ‏لم يتم إدراج الصورة",
      "‏[‏27‏/3‏/2022، 21:44:16] Timo Falk: ‏لم يتم إدراج الفيديو",
      "‏[‏27‏/3‏/2022، 21:49:16] Lea Brandt: ‏لم يتم إدراج الملصق",
      "‏[‏27‏/3‏/2022، 21:50:09] Lea Brandt: خطة.pdf • ‏صفحتان 2 ‏لم يتم إدراج المستند",
      "[‏27‏/3‏/2022، 21:50:54] Lea Brandt: ‏لقد حذفت هذه الرسالة.",
      "[‏27‏/3‏/2022، 21:54:45] Timo Falk: ‏تم حذف هذه الرسالة.",
      "[‏27‏/3‏/2022، 21:55:45] Lea Brandt: مساء الخير",
    ],
    2,
  ],
  [
    "Hebrew",
    [
      "[18.3.2022, 14:56:01] Timo Falk: ‏ההודעות והשיחות מוצפנות מקצה לקצה.",
      "‏[27.3.2022, 21:41:55] Lea Brandt: ‏התמונה הושמטה",
      "[27.3.2022, 21:42:00] Lea Brandt: בוקר טוב",
      "[27.3.2022, 21:43:00] Timo Falk: נתראה ‏<ההודעה נערכה>",
      "[27.3.2022, 21:44:00] Timo Falk: ‏מחקת הודעה זו.",
    ],
    2,
  ],
  [
    "Persian, in the Persian calendar",
    [
      "[۱۴۰۰/۱۲/۲۷،‏ ۱۴:۵۶:۰۱] Timo Falk: ‏پیام‌ها و تماس‌ها سرتاسر رمزگذاری شده‌اند.",
      "‏[۱۴۰۱/۱/۷،‏ ۲۱:۴۱:۵۵] Lea Brandt: ‏تصویر حذف شد",
      "[۱۴۰۱/۱/۷،‏ ۲۱:۴۲:۰۰] Lea Brandt: صبح بخیر",
    ],
    1,
  ],
  [
    "Urdu",
    [
      "[18/03/2022, 2:56:01 PM] Timo Falk: ‏پیغامات اور کالز مکمل طور پر مرموز ہیں۔",
      "‏[27/03/2022, 9:41:55 PM] Lea Brandt: ‏تصویر شامل نہیں",
      "[27/03/2022, 9:42:00 PM] Lea Brandt: صبح بخیر",
      "[27/03/2022, 9:43:00 PM] Timo Falk: ‏یہ پیغام حذف کر دیا گیا",
    ],
    1,
  ],
  [
    "Arabic, with media",
    [
      "‏[‏27‏/3‏/2022، 21:41:55] Lea Brandt: ‏<مُرفق: 00000012-PHOTO-2022-03-27.jpg>",
      "‏[‏27‏/3‏/2022، 21:42:55] Timo Falk: ‏<مُرفق: 00000013-AUDIO-2022-03-27.opus>",
      "[‏27‏/3‏/2022، 21:55:45] Lea Brandt: مساء الخير",
    ],
    1,
  ],
  [
    "Arabic Android, with media",
    [
      "27/03/2022, 21:41 - Lea Brandt: ‏IMG-20220327-WA0001.jpg (الملف مرفق)",
      "27/03/2022, 21:42 - Timo Falk: PTT-20220327-WA0002.opus (الملف مرفق)",
      "27/03/2022, 21:43 - Timo Falk: <تم استبعاد الوسائط>",
      "27/03/2022, 21:44 - Lea Brandt: مساء الخير",
    ],
    1,
  ],
])("what WhatsApp writes is not learned: %s", async (_, lines, texts) => {
  expect(lines.join("")).toContain(right);
  const { report } = await importFiles({ "WhatsApp Chat - Timo Falk/_chat.txt": lines.join("\r\n") }, lea);
  expect(report).toMatchObject({ texts, uncertain: 0 });
});

// ----- dates -----

const march18 = local(2022, 3, 18, 14, 56);

test.each<[string, string, number]>([
  ["Vietnam, time first", "14:56, 18/03/2022 - ", march18],
  ["Vietnam, time first with words", "2:56 CH, 18/03/2022 - ", march18],
  ["Vietnamese iPhone", "[14:56:00, 18/03/2022] ", march18],
  ["Thailand", "18/3/2565 14:56 - ", march18],
  ["Thailand, two digits", "18/3/65 14:56 - ", march18],
  ["Thai iPhone", "[18/3/2565 14:56:00] ", march18],
  ["English iPhone with the Buddhist calendar", "[18/3/2565 BE, 14:56:00] ", march18],
  ["Thai digits", "๑๘/๓/๒๕๖๕ ๑๔:๕๖ - ", march18],
  ["Japanese calendar, letter", "[R4/3/18 14:56:00] ", march18],
  ["Japanese calendar, words", "[令和4年3月18日 午後2:56:00] ", march18],
  ["Japanese calendar on Android", "令和4/3/18 14:56 - ", march18],
  ["Japanese calendar before 2019", "[H30/3/18 14:56:00] ", local(2018, 3, 18, 14, 56)],
  ["English iPhone with the Japanese calendar", "[3/18/4 R, 2:56:00 PM] ", march18],
  ["Taiwan, years of the republic", "[民國111/3/18 下午2:56:00] ", march18],
  ["Taiwan, years of the republic, numbers alone", "111/3/18 下午2:56 - ", march18],
  ["China, with units", "[2022年3月18日 14:56:00] ", march18],
  ["Iran", "۱۴۰۰/۱۲/۲۷،‏ ۱۴:۵۶ - ", march18],
  ["Saudi Arabia, Islamic calendar", "15/8/1443 هـ، 2:56 م - ", march18],
  ["old iPhone", "18.03.22 14:56:00: ", march18],
  ["old iPhone in the United States", "3/18/22, 2:56:00 PM: ", march18],
  ["old Android, English", "Mar 18, 2022, 2:56 PM - ", march18],
  ["old Android, German", "18. März 2022, 14:56 - ", march18],
  ["old Android, Spanish", "18 de mar. de 2022 14:56 - ", march18],
  ["Bulgaria", "18.03.2022 г., 14:56 ч. - ", march18],
  ["Quebec", "2022-03-18 14 h 56 - ", march18],
  ["Latvia", "18.03.2022. 14:56 - ", march18],
  ["en dash", "18.03.22, 14:56 – ", march18],
])("a date is read: %s", async (_, stamp, sentAt) => {
  const chat = `${stamp}Lea Brandt: hi: you\n${stamp}Timo Falk: ho`;
  const { messages } = await importFiles({ "WhatsApp Chat with Timo Falk.txt": chat }, lea);
  expect(messages).toMatchObject([
    { sender: "Lea Brandt", sentAt, text: "hi: you" },
    { sender: "Timo Falk", sentAt, text: "ho" },
  ]);
});

test.each([
  ["without a year", "18 Mar 14:56 - Lea Brandt: hi"],
  ["in the Hebrew calendar", "ט״ו באדר ב׳ תשפ״ב, 14:56 - Lea Brandt: hi"],
  ["in the Ethiopian calendar", "9/7/2014 ዓ/ም 14:56 - Lea Brandt: hi"],
  ["that begins with a weekday", "Friday 14:56 - Lea Brandt: hi"],
  ["that is a number of seconds", "1647615360 - Lea Brandt: hi"],
])("a date %s is refused, with advice that helps", async (_, line) => {
  const files = { "WhatsApp Chat with Timo Falk.txt": `${line}\n${line}` };
  await expect(importFiles(files, lea)).rejects.toMatchObject({
    message: expect.stringContaining("WhatsApp Chat with Timo Falk.txt"),
    fix: expect.stringContaining("Gregorian calendar"),
  });
});

// ----- encodings -----

const small = "18/03/2022, 14:56 - Lea Brandt: olá 😂\n27/03/2022, 21:41 - Timo Falk: こんにちは";

test.each<[string, string, Buffer]>([
  ["UTF-16 LE with its mark", "WhatsApp Chat with Timo Falk.txt", Buffer.from(`\ufeff${small}`, "utf16le")],
  [
    "UTF-16 BE with its mark",
    "WhatsApp Chat with Timo Falk.txt",
    Buffer.from(`\ufeff${small}`, "utf16le").swap16(),
  ],
  ["UTF-16 LE without a mark", "WhatsApp Chat with Timo Falk.txt", Buffer.from(small, "utf16le")],
  ["UTF-16 BE without a mark", "WhatsApp Chat with Timo Falk.txt", Buffer.from(small, "utf16le").swap16()],
  ["UTF-16 with returns", "_chat.txt", Buffer.from(`\ufeff${small.replaceAll("\n", "\r\n")}`, "utf16le")],
  ["UTF-8 with its mark", "WhatsApp Chat with Timo Falk.txt", Buffer.from(`\ufeff${small}`)],
  ["a name in capitals", "WHATSAPP CHAT WITH TIMO FALK.TXT", Buffer.from(small)],
])("a chat is read: %s", async (_, name, content) => {
  const { words } = await importFiles({ [name]: content }, lea);
  expect(words).toEqual(["Lea Brandt: olá 😂", "Timo Falk: こんにちは"]);
});

test("a chat that begins in the middle of a message is read from its first whole one on", async () => {
  const { words, report } = await importFiles({ "_chat.txt": `the end of something\n\n${small}` }, lea);
  expect(words).toHaveLength(2);
  expect(report.dropped).toEqual({ "before the first message": 1 });
});

test("a text of another kind with a date in it is no chat", async () => {
  const notes = ["Shopping", "", "eggs", "milk", "18/03/2022, 14:56 - dentist: bring card"].join("\n");
  const files = { "_chat.txt": small, "notes.txt": notes };
  expect((await importFiles(files, lea)).report.threads).toBe(1);
});

// ----- WhatsApp Web -----

const notice =
  "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read or listen to them.";
const web = [
  notice,
  "[3/13/26, 10:00:05 AM] You: hi timo",
  "[3/13/26, 10:01:07 AM] Timo Falk: hey",
  "[3/13/26, 10:02:00 AM] Timo Falk: <image omitted> our garden",
  "[3/13/26, 10:02:30 AM] You: <voice message omitted>",
  "[3/13/26, 10:03:00 AM] Timo Falk: [Forwarded] buy now, last chance",
  "[3/13/26, 10:04:00 AM] - Timo Falk changed their phone number",
  "[3/13/26, 10:05:00 AM] You: Poll: Lake?\n    - yes\n    - no",
  "[3/13/26, 10:06:00 AM] Timo Falk: Location: 48.1, 11.5 - https://maps.google.com/?q=48.1,11.5",
  "[3/13/26, 1:07:00 PM] You: see you",
];
const short = [
  notice,
  "[3/4/26, 10:00:05 AM] You: hello mai",
  "[3/4/26, 10:01:07 AM] Mai Tran: hello lea",
  "[3/4/26, 1:07:00 PM] You: bye",
];
const zipOf = (lines: string[]) => ({
  "chat.txt": `${lines.join("\n")}\n`,
  "chat.md": "# WhatsApp Chat Export: x\n",
  "media/IMG_1.jpg": "x",
});

test("chats of WhatsApp Web are read: You are the owner, and the month stands first", async () => {
  const paths = await zipsOf({ "Timo Falk.zip": zipOf(web), "Mai Tran.zip": zipOf(short) });
  const { report, words, messages } = await importPaths(paths);
  expect(report).toMatchObject({ owner: "You", threads: 2, ownerThreads: 2, textsOfOwner: 4, problems: [] });
  expect(report.biggest.map(({ title }) => title)).toEqual(["Timo Falk", "Mai Tran"]);
  expect(words.toSorted()).toEqual([
    "Mai Tran: hello lea",
    "Timo Falk: hey",
    "Timo Falk: our garden",
    "You: bye",
    "You: hello mai",
    "You: hi timo",
    "You: see you",
  ]);
  expect(messages.find(({ text }) => text === "hello mai")?.sentAt).toBe(local(2026, 3, 4, 10, 0, 5));
  expect(messages.filter(({ kind }) => kind === "poll" || kind === "share")).toHaveLength(3);
});

test("the owner of a chat of WhatsApp Web is who they say they are, now or in another import", async () => {
  const paths = await zipsOf({ "Timo Falk.zip": zipOf(web) });
  expect((await importPaths(paths, lea)).report).toMatchObject({ owner: "Lea Brandt", textsOfOwner: 2 });
  const { workspace } = await importPaths(paths);
  const phone = await folderOf({ "WhatsApp Chat with Rosa.txt": small.replace("Timo Falk", "Rosa") });
  const { report } = await importPaths([phone], { workspace, ...lea });
  expect(report).toMatchObject({ owner: "Lea Brandt", textsOfOwner: 3, ownerThreads: 2 });
});

test("chats of the phone and of WhatsApp Web together have one owner", async () => {
  const phone = await folderOf({ "WhatsApp Chat with Rosa.txt": small.replace("Timo Falk", "Rosa") });
  const { report } = await importPaths([...(await zipsOf({ "Mai Tran.zip": zipOf(short) })), phone], lea);
  expect(report).toMatchObject({ owner: "Lea Brandt", textsOfOwner: 3, ownerThreads: 2 });
});

test.each<[string, string, boolean]>([
  ["a film", "<video omitted>", false],
  ["a film with words", "<video omitted> look at this", true],
  ["a sticker", "<sticker omitted>", false],
  ["a file with its name", "plan.pdf (file attached)", false],
  ["a picture without a name", "image (file attached) at the lake", true],
  ["an animation", "GIF attached", false],
  ["a live place", "Live location: -33.9, 151.2 - https://maps.google.com/?q=-33.9,151.2", false],
  ["a place that was left out", "<Live location omitted>", false],
  ["a contact", "<Contact card omitted>", false],
  ["contacts", "3 contacts shared", false],
  ["what was forwarded often", "[Forwarded many times] win a car", false],
  ["a deleted message", "You deleted this message", false],
  ["a message that has not come", "Waiting for this message. This may take a while.", false],
  ["a word in brackets", "[sic] that is what she wrote", true],
  ["a heart", "<3 you too", true],
  ["a list", "Poll: who comes?", true],
])("of a message of WhatsApp Web it is known whether it is words: %s", async (_, body, isWords) => {
  const lines = [notice, `[3/13/26, 10:00:05 AM] You: ${body}`, "[3/14/26, 10:00:05 AM] Timo Falk: ok"];
  const { report } = await importPaths(await zipsOf({ "Timo Falk.zip": zipOf(lines) }));
  expect(report.textsOfOwner).toBe(isWords ? 1 : 0);
});

test("WhatsApp Web in another language calls the owner in that language", async () => {
  for (const self of ["Du", "Tú", "Vous", "أنت", "あなた", "Você"]) {
    const lines = short.map((line) => line.replace("You:", `${self}:`));
    const { report } = await importPaths(await zipsOf({ "Mai Tran.zip": zipOf(lines) }), lea);
    expect(report).toMatchObject({ owner: "Lea Brandt", textsOfOwner: 2 });
  }
});

function local(year: number, month: number, day: number, hour: number, minute: number, second = 0): number {
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}
