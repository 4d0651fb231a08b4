/**
 * Clocks of twelve hours in languages without a table. Most words are invented: a test of a word that gets a table would prove
 * nothing.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { findFileStyle } from "../../../../src/ingest/formats/whatsapp/file-style.ts";
import { readWhatsAppLines } from "../../../../src/ingest/formats/whatsapp/messages.ts";
import type { ImportReport } from "../../../../src/ingest/index.ts";
import { importFiles } from "../../import-files.ts";

const lea = { persona: ["Lea Brandt"] };
const name = "WhatsApp Chat with Timo Falk.txt";
const leftOut = "before or after noon in a word that is not known";

async function readChat(lines: string[]): Promise<{ entries: string[]; report: ImportReport }> {
  const { report, messages } = await importFiles({ [name]: lines.join("\n") }, lea);
  return { entries: messages.map(({ sentAt, text }) => `${timeOfDay(sentAt)} ${text}`), report };
}

function timeOfDay(sentAt: number | null): string {
  return new Date(sentAt ?? Number.NaN).toTimeString().slice(0, 5);
}

const day = ["09:15 one", "09:20 two", "14:10 three", "08:05 four"];

test.each<[string, string[], string[]]>([
  [
    "behind the time",
    [
      "13/03/2024, 9:15 xaqu - Lea Brandt: one",
      "13/03/2024, 9:20 xaqu - Timo Falk: two",
      "13/03/2024, 2:10 vozu - Lea Brandt: three",
      "14/03/2024, 8:05 xaqu - Timo Falk: four",
    ],
    day,
  ],
  [
    "before the time, on an iPhone",
    [
      "[2024/3/13 晨半9:15:00] Lea Brandt: one",
      "[2024/3/13 晨半9:20:00] Timo Falk: two",
      "[2024/3/13 暮半2:10:00] Lea Brandt: three",
      "[2024/3/14 晨半8:05:00] Timo Falk: four",
    ],
    day,
  ],
  [
    "with dots, no-break spaces and capitals that come and go",
    [
      "13.03.24, 9:15\u202fx.\u00a0q. - Lea Brandt: one",
      "13.03.24, 9:20 X. Q. - Timo Falk: two",
      "13.03.24, 2:10\u00a0v.z. - Lea Brandt: three",
      "14.03.24, 8:05\u202fxq - Timo Falk: four",
    ],
    day,
  ],
  [
    "the time before the date",
    [
      "9:15 xaqu, 13/03/2024 - Lea Brandt: one",
      "9:20 xaqu, 13/03/2024 - Timo Falk: two",
      "2:10 vozu, 13/03/2024 - Lea Brandt: three",
      "8:05 xaqu, 14/03/2024 - Timo Falk: four",
    ],
    day,
  ],
  [
    "from right to left, with other digits",
    [
      "١٣‏/٣‏/٢٠٢٤، ٩:١٥ ضظغ - Lea Brandt: one",
      "١٣‏/٣‏/٢٠٢٤، ٩:٢٠ ضظغ - Timo Falk: two",
      "١٣‏/٣‏/٢٠٢٤، ٢:١٠ غظض - Lea Brandt: three",
      "١٤‏/٣‏/٢٠٢٤، ٨:٠٥ ضظغ - Timo Falk: four",
    ],
    day,
  ],
  [
    "with an apostrophe, and a word before the time that is always the same",
    [
      "13/03/2024 qo 9:15 n'uxu - Lea Brandt: one",
      "13/03/2024 qo 9:20 n’uxu - Timo Falk: two",
      "13/03/2024 qo 2:10 n'avo - Lea Brandt: three",
      "14/03/2024 qo 8:05 n'uxu - Timo Falk: four",
    ],
    day,
  ],
  [
    "on an iPhone of before 2014",
    [
      "13/03/13 9:15:00 xaqu: Lea Brandt: one",
      "13/03/13 9:20:00 xaqu: Timo Falk: two",
      "13/03/13 2:10:00 vozu: Lea Brandt: three",
      "14/03/13 8:05:00 xaqu: Timo Falk: four",
    ],
    day,
  ],
  [
    "the partner of a known word of the morning",
    [
      "3/13/24, 9:15 AM - Lea Brandt: one",
      "3/13/24, 9:20 AM - Timo Falk: two",
      "3/13/24, 2:10 vozu - Lea Brandt: three",
      "3/14/24, 8:05 AM - Timo Falk: four",
    ],
    day,
  ],
  [
    "the partner of a known word of the afternoon, though no day has both",
    [
      "3/13/24, 9:15 xaqu - Lea Brandt: one",
      "3/14/24, 9:20 xaqu - Timo Falk: two",
      "3/15/24, 2:10 p. m. - Lea Brandt: three",
      "3/16/24, 8:05 xaqu - Timo Falk: four",
    ],
    day,
  ],
  [
    "a pair in which the hour twelve turns the day",
    [
      "13/03/2024, 11:50 xaqu - Lea Brandt: one",
      "13/03/2024, 12:05 vozu - Timo Falk: two",
      "14/03/2024, 12:30 xaqu - Lea Brandt: three",
      "14/03/2024, 3:15 vozu - Timo Falk: four",
    ],
    ["11:50 one", "12:05 two", "00:30 three", "15:15 four"],
  ],
  [
    "three words",
    [
      "13/03/2024, 9:15 xaqu - Lea Brandt: one",
      "13/03/2024, 2:10 vozu - Timo Falk: two",
      "13/03/2024, 8:30 wiru - Lea Brandt: three",
      "14/03/2024, 8:05 xaqu - Timo Falk: four",
      "14/03/2024, 7:40 wiru - Timo Falk: five",
    ],
    ["09:15 one", "14:10 two", "20:30 three", "08:05 four", "19:40 five"],
  ],
  [
    "a word that says nothing, beside 24 hours",
    [
      "13/03/2024 qo 9:15 - Lea Brandt: one",
      "13/03/2024 qo 9:20 - Timo Falk: two",
      "13/03/2024 qo 14:10 - Lea Brandt: three",
      "14/03/2024 qo 8:05 - Timo Falk: four",
    ],
    day,
  ],
  [
    "days of the week, beside 24 hours",
    [
      "13/03/2024 miq 9:15 - Lea Brandt: one",
      "13/03/2024 miq 9:20 - Timo Falk: two",
      "13/03/2024 miq 14:10 - Lea Brandt: three",
      "14/03/2024 doq 8:05 - Timo Falk: four",
    ],
    day,
  ],
  [
    "a known word beside 24 hours",
    [
      "13/03/2024 9:15 AM - Lea Brandt: one",
      "13/03/2024 9:20 AM - Timo Falk: two",
      "13/03/2024 14:10 PM - Lea Brandt: three",
      "14/03/2024 8:05 AM - Timo Falk: four",
    ],
    day,
  ],
  [
    "Icelandic",
    [
      "13.3.2024, 9:15 f.h. - Lea Brandt: one",
      "14.3.2024, 9:20 f.h. - Timo Falk: two",
      "15.3.2024, 2:10 e.h. - Lea Brandt: three",
      "16.3.2024, 8:05 f.h. - Timo Falk: four",
    ],
    day,
  ],
  [
    "Burmese, one half alone",
    ["13/03/2024, 9:15 နံနက် - Lea Brandt: one", "14/03/2024, 9:20 နံနက် - Timo Falk: two"],
    ["09:15 one", "09:20 two"],
  ],
])("the half of the day is told by the whole file: %s", async (_, lines, expected) => {
  const { entries, report } = await readChat(lines);

  expect(entries).toEqual(expected);
  expect(report).toMatchObject({ dropped: {}, problems: [] });
});

test("a chat of a year runs forwards whichever words its clock has", async () => {
  const lines: string[] = [];
  const expected: string[] = [];
  for (let index = 0; index < 600; index++) {
    // A prime, so that all hours and minutes come up.
    const at = new Date(2024, 0, 5, 7, index * 947);
    const word = at.getHours() < 12 ? "xaqu" : "vozu";
    lines.push(`${stampOf(at, word)} - ${index % 2 ? "Lea Brandt" : "Timo Falk"}: ${index}`);
    expected.push(`${timeOfDay(at.getTime())} ${index}`);
  }

  expect((await readChat(lines)).entries).toEqual(expected);
});

test("of whatever chat, each message has its own time or is left out and counted, whichever words its clock has", async () => {
  const clocks: ((hour: number) => string)[] = [
    (hour) => (hour < 12 ? "xaqu" : "vozu"),
    (hour) => (hour < 12 ? "AM" : "vozu"),
    (hour) => (hour < 12 ? "xaqu" : "PM"),
    (hour) => (hour < 9 ? "xaqu" : hour < 12 ? "dimo" : hour < 18 ? "vozu" : "wiru"),
    (hour) => (hour >= 3 && hour < 12 ? "xaqu" : hour < 3 || hour >= 21 ? "wiru" : "vozu"),
  ];
  const gaps = fc.array(fc.integer({ min: 2, max: 1500 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...clocks), gaps, async (clock, gaps) => {
      let at = new Date(2024, 0, 20, 8).getTime();
      const times = gaps.map((minutes) => (at += minutes * 60_000));
      const lines = times.map((time, index) => {
        const date = new Date(time);
        return `${stampOf(date, clock(date.getHours()))} - ${index % 2 ? "Lea" : "Timo"}: ${index}`;
      });
      const { orders, styles, clockWords } = await findFileStyle(() => linesOf(lines));
      const reading = { order: orders[0] ?? "dmy", styles, clockWords } as const;
      const read = [];
      for await (const batch of readWhatsAppLines(linesOf(lines), reading)) read.push(...batch);

      expect(read).toHaveLength(times.length);
      // Of more words than two, those that a short chat has may be of one half.
      const hasTwoWords = clocks.indexOf(clock) < 3;
      for (const [index, message] of read.entries())
        if ("text" in message) {
          expect(message.text).toBe(String(index));
          if (hasTwoWords) expect(message.sentAt).toBe(times[index]);
        } else expect(message.dropped).toBe(leftOut);
    }),
    { seed: 1, numRuns: 300 },
  );
});

/** `13/3/2024, 2:10 vozu`. */
function stampOf(at: Date, word: string): string {
  const [hours, minutes] = [at.getHours(), String(at.getMinutes()).padStart(2, "0")];
  const date = [at.getDate(), at.getMonth() + 1, at.getFullYear()].join("/");
  return `${date}, ${hours % 12 || 12}:${minutes} ${word}`;
}

async function* linesOf(lines: string[]): AsyncGenerator<string[]> {
  yield lines;
}

test("where one word of a file stays unknown, its messages are left out and said, and joined to no other", async () => {
  const { entries, report } = await readChat([
    "13/03/2024, 9:15 xaqu - Lea Brandt: one",
    "13/03/2024, 2:10 vozu - Timo Falk: two",
    "14/03/2024, 5:40 wiru - Lea Brandt: left",
    "out, with its second line",
    "15/03/2024, 8:05 xaqu - Timo Falk: four",
  ]);

  expect(entries).toEqual(["09:15 one", "14:10 two", "08:05 four"]);
  expect(report.dropped).toEqual({ [leftOut]: 1 });
  expect(report.problems).toEqual([{ file: name, problem: expect.stringContaining("24 hours") }]);
});

test.each([
  ["one word", ["13/03/2024, 9:15 xaqu - Lea Brandt: one", "14/03/2024, 9:20 xaqu - Timo Falk: two"]],
  [
    "two words that never share a day",
    ["13/03/2024, 9:15 xaqu - Lea Brandt: one", "14/03/2024, 9:20 vozu - Timo Falk: two"],
  ],
])("a file that does not tell is refused, with what helps: %s", async (_, lines) => {
  await expect(readChat(lines)).rejects.toMatchObject({
    message: expect.stringContaining("in a word that is not known"),
    fix: expect.stringContaining("24 hours"),
  });
});

test.each<[string, string[], number]>([
  [
    "an agenda, in a file of 24 hours",
    [
      "13/03/2024, 10:00 - Lea Brandt: the plan:",
      "15/03/2024, 9:30 Yoga - Timo Falk: bring mat",
      "15/03/2024, 11:00 Pizza - Timo Falk: hungry",
      "16/03/2024, 9:30 Yoga - Timo Falk: again",
      "16/03/2024, 3:00 Cake - Timo Falk: for all",
      "17/03/2024, 3:00 Rest - Timo Falk: for me",
      "13/03/2024, 14:10 - Timo Falk: fine",
      "14/03/2024, 08:10 - Lea Brandt: good",
    ],
    3,
  ],
  [
    "a time that somebody wrote, in a file of AM and PM",
    [
      "3/13/24, 9:15 AM - Lea Brandt: when?",
      "3/13/24, 9:20 AM - Timo Falk: see below",
      "3/14/24, 9:30 or so - Kim: the dentist",
      "3/13/24, 9:25 PM - Lea Brandt: ok",
      "3/14/24, 8:00 AM - Timo Falk: bye",
    ],
    4,
  ],
  [
    "lines of yesterday from a phone in another language, in a file of AM alone",
    [
      "3/13/24, 9:15 AM - Lea Brandt: what did he write?",
      "3/13/24, 9:20 AM - Timo Falk: this",
      "3/12/24, 9:30 ល្ងៀច - Timo Falk: no way",
      "3/12/24, 9:31 ល្ងៀច - Kim: yes way",
      "3/13/24, 9:25 AM - Lea Brandt: ok",
    ],
    3,
  ],
  [
    "lines of earlier from a phone in another language, in a file of unknown words",
    [
      "13/03/2024, 9:15 xaqu - Lea Brandt: what did he write?",
      "13/03/2024, 2:10 vozu - Timo Falk: this",
      "12/03/2024, 9:30 PM - Timo Falk: no way",
      "12/03/2024, 9:31 PM - Kim: yes way",
      "13/03/2024, 2:15 vozu - Lea Brandt: ok",
      "14/03/2024, 8:15 xaqu - Lea Brandt: ok",
      "14/03/2024, 9:15 xaqu - Lea Brandt: ok",
    ],
    5,
  ],
])("what was pasted or written stays inside its message: %s", async (_, lines, messages) => {
  const { entries, report } = await readChat(lines);

  expect(entries).toHaveLength(messages);
  expect(report).toMatchObject({ dropped: {}, problems: [] });
});
