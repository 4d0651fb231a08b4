/** What WhatsApp writes on phones whose language has no table here. */
import { expect, test } from "vitest";
import { type Imported, importFiles } from "../../import-files.ts";

interface Wording {
  omitted: string;
  edited: string;
  attached: string;
  deleted: string;
}

const phones: Record<string, Wording> = {
  Croatian: {
    omitted: "Medijski zapis izostavljen",
    edited: "Ova je poruka uređena",
    attached: "datoteka u privitku",
    deleted: "Ova je poruka izbrisana",
  },
  Bulgarian: {
    omitted: "Мултимедията е пропусната",
    edited: "Това съобщение бе редактирано",
    attached: "прикачен файл",
    deleted: "Това съобщение бе изтрито",
  },
  Bengali: {
    omitted: "মিডিয়া বাদ দেওয়া হয়েছে",
    edited: "এই মেসেজটি এডিট করা হয়েছে",
    attached: "ফাইল যোগ করা আছে",
    deleted: "এই মেসেজটি মুছে ফেলা হয়েছে",
  },
  Georgian: {
    omitted: "მედია გამოტოვებულია",
    edited: "ეს შეტყობინება რედაქტირებულია",
    attached: "ფაილი თან ერთვის",
    deleted: "ეს შეტყობინება წაიშალა",
  },
  Swahili: {
    omitted: "Faili zimeondolewa",
    edited: "Ujumbe huu ulihaririwa",
    attached: "faili imeambatishwa",
    deleted: "Ujumbe huu ulifutwa",
  },
  Khmer: {
    omitted: "បានលុបមេឌៀចេញ",
    edited: "សារនេះត្រូវបានកែ",
    attached: "បានភ្ជាប់ឯកសារ",
    deleted: "សារនេះត្រូវបានលុប",
  },
};

test.each(Object.entries(phones))(
  "%s: what stands again and again is WhatsApp's, and counted where it may not be",
  async (_, wording) => {
    const { omitted, edited, attached, deleted } = wording;
    const { report, messages, words } = await importChat([
      ["Lea Brandt", "hej"],
      ["Timo Falk", `<${omitted}>`],
      ["Lea Brandt", `<${omitted}>`],
      ["Lea Brandt", `jedan <${edited}>`],
      ["Timo Falk", `dva <${edited}>`],
      ["Lea Brandt", `plan.pdf (${attached})\nevo plan`],
      ["Timo Falk", `slika.jpg (${attached})`],
      ["Lea Brandt", deleted],
      ["Timo Falk", deleted],
      ["Lea Brandt", deleted],
    ]);
    const person = ["Lea Brandt: hej", "Lea Brandt: jedan", "Timo Falk: dva", "Lea Brandt: evo plan"];
    expect(words.filter((line) => !line.endsWith(deleted))).toEqual(person);
    expect(report.uncertain).toBe(3);
    expect(messages.filter(({ kind }) => kind === "media")).toHaveLength(3);
    expect(messages.flatMap(({ attachments }) => attachments)).toEqual([
      { kind: "file", name: "plan.pdf" },
      { kind: "photo", name: "slika.jpg" },
    ]);
  },
);

test.each(Object.entries(phones))(
  "%s: what stands once may be a person's, and is counted",
  async (_, { omitted, edited, attached }) => {
    const { report, words } = await importChat([
      ["Lea Brandt", "hej"],
      ["Timo Falk", `<${omitted}>`],
      ["Lea Brandt", `jedan <${edited}>`],
      ["Timo Falk", `plan.pdf (${attached})`],
    ]);
    expect(words).toHaveLength(4);
    expect(report.uncertain).toBe(3);
  },
);

test("once in each of several chats is again and again", async () => {
  const chat = (friend: string) =>
    chatOf([
      [friend, `<${phones.Croatian?.omitted}>`],
      ["Lea Brandt", "hej"],
    ]);
  const files = Object.fromEntries(
    ["Timo", "Mai", "Rosa"].map((friend) => [`WhatsApp Chat - ${friend}.txt`, chat(friend)]),
  );
  const { report, words } = await importFiles(files, { persona: ["Lea Brandt"] });
  expect(words).toEqual(Array(3).fill("Lea Brandt: hej"));
  expect(report.uncertain).toBe(0);
});

test.each<[string, string[]]>([
  ["hearts and asides", ["<3", "<3", "<sigh>", "<sigh>", "<sighs and leaves>", "<sighs and leaves>"]],
  ["markup", ["<body>", "<body>", "<div>", "a <b>bold</b> word"]],
  ["a file that is spoken of", ["did you get plan.pdf (the new one)?", "i like song.mp3 (2019)"]],
  ["comparisons", ["a < b", "b > c <d> e"]],
])("words of people stay: %s", async (_, texts) => {
  const { words } = await importChat([
    ["Timo Falk", "ho"],
    ...texts.map((text): Said => ["Lea Brandt", text]),
  ]);
  expect(words).toEqual(["Timo Falk: ho", ...texts.map((text) => `Lea Brandt: ${text}`)]);
});

test("where the phone's language is known, what people say again and again is not counted", async () => {
  const { report, words } = await importChat([
    ["Lea Brandt", "Good morning my love"],
    ["Timo Falk", "<Media omitted>"],
    ["Timo Falk", "Good morning my love"],
    ["Lea Brandt", "Good morning my love"],
  ]);
  expect(report.uncertain).toBe(0);
  expect(words).toHaveLength(3);
});

test.each<[string, string, string[]]>([
  ["Croatian, with a sentence that stands once", "WhatsApp razgovor s Timo.txt", ["whatsapp"]],
  ["English by its file's name", "WhatsApp Chat with Timo Falk.txt", []],
])("where nothing tells what WhatsApp wrote, that is said: %s", async (_, name, networks) => {
  const chat = chatOf([
    ["Lea Brandt", "hej"],
    ["Timo Falk", "Ova je poruka izbrisana"],
  ]);
  const { report, words } = await importFiles({ [name]: chat }, { persona: ["Lea Brandt"] });
  expect(words).toHaveLength(2);
  expect(report).toMatchObject({ uncertain: 0, unknownWording: networks });
});

// ----- the mark of phones that write from right to left -----

test.each<[string, string, string[]]>([
  ["Arabic", "صباح الخير", ["لم يتم إدراج الصورة", "لقد حذفت هذه الرسالة.", "تم حذف هذه الرسالة."]],
  ["Hebrew", "בוקר טוב", ["התמונה הושמטה", "מחקת הודעה זו.", "שיחה קולית שלא נענתה"]],
  ["Persian", "صبح بخیر", ["تصویر حذف شد", "شما این پیام را حذف کردید.", "استیکر حذف شد"]],
  ["Urdu", "صبح بخیر", ["تصویر شامل نہیں ہے", "یہ پیغام حذف کر دیا گیا تھا۔", "ویڈیو شامل نہیں ہے"]],
  ["Pashto", "سهار مو پخیر", ["انځور نشته", "ویډیو نشته", "غږ نشته"]],
])("%s on an iPhone: what U+200F stands before is no text", async (_, said, marked) => {
  const lines = [
    `[\u200f18\u200f/3\u200f/2022، 14:56:01] Timo Falk: \u200f${marked[0]}`,
    `[\u200f18\u200f/3\u200f/2022، 14:57:01] Lea Brandt: ${said}`,
    ...marked.map(
      (body, index) => `\u200f[\u200f18\u200f/3\u200f/2022، 15:0${index}:01] Timo Falk: \u200f${body}`,
    ),
    `[\u200f18\u200f/3\u200f/2022، 15:10:01] Timo Falk: ${said}`,
  ];
  const { words } = await importFiles({ "_chat.txt": lines.join("\r\n") }, { persona: ["Lea Brandt"] });
  expect(words).toEqual([`Lea Brandt: ${said}`, `Timo Falk: ${said}`]);
});

type Said = [sender: string, text: string];

function importChat(said: Said[]): Promise<Imported> {
  return importFiles({ "WhatsApp Chat - Timo Falk.txt": chatOf(said) }, { persona: ["Lea Brandt"] });
}

function chatOf(said: Said[]): string {
  const lines = said.map(([sender, text], minute) => `18/03/2022, 14:${10 + minute} - ${sender}: ${text}`);
  return lines.join("\n");
}
