import fc from "fast-check";
import { expect, test } from "vitest";
import { readMessageFile } from "../../../../src/ingest/formats/json/message-file.ts";
import { createTally } from "../../../../src/ingest/tally.ts";
import { facebookJson } from "../../export-writer.ts";
import { fileEntry } from "../../found-things.ts";
import { dyiMessages } from "../dyi/messages.ts";

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const whole = 1e9;
const inPieces = 0;

test("a file gives the same whole and in pieces", async () => {
  const writers = fc.constantFrom(facebookJson, (value: unknown) => JSON.stringify(value));
  await fc.assert(
    fc.asyncProperty(
      fc.array(dyiMessages, { maxLength: 6 }),
      writers,
      fc.boolean(),
      async (messages, write, hasMark) => {
        const json = Buffer.from(write({ participants: [{ name: "Zoë" }], messages, title: "é" }));
        const content = hasMark ? Buffer.concat([byteOrderMark, json]) : json;
        const result = await read(content, whole);
        expect(result.messages).toEqual(JSON.parse(json.toString("utf8")).messages);
        expect(await read(content, inPieces)).toEqual(result);
      },
    ),
    { seed: 1, numRuns: 150 },
  );
});

test.each([whole, inPieces])(
  "only a file of ASCII alone is taken for one that needs repair (%d)",
  async (wholeFileBytes) => {
    const isAscii = async (content: string | Buffer) => (await read(content, wholeFileBytes)).isAscii;
    expect(await isAscii('{"messages":[{"a":"\\u00c3\\u00a9"}]}')).toEqual([true]);
    expect(await isAscii('{"messages":[{"a":"é"}]}')).toEqual([false]);
    expect(await isAscii(Buffer.concat([byteOrderMark, Buffer.from('{"messages":[{}]}')]))).toEqual([true]);
    expect(await isAscii('{"messages":[{"a":1}],"title":"é"}')).toEqual([false]);
  },
);

test.each([whole, inPieces])(
  "of a cut-off file the whole messages are given, and the problem told (%d)",
  async (size) => {
    const { messages, problem } = await read('{"messages":[{"a":1},{"b":2},{"c":', size);
    expect(messages).toEqual([{ a: 1 }, { b: 2 }]);
    expect(problem).toBe("is damaged or cut off (not whole JSON); 2 entries could be read");
  },
);

test.each([whole, inPieces])("messages that are no JSON are counted (%d)", async (size) => {
  const { messages, tally } = await read('{"messages":[{"a":1},{"b":nothing}]}', size);
  expect(messages).toEqual([{ a: 1 }]);
  expect(tally).toMatchObject({ read: 1, dropped: { "not readable as JSON": 1 } });
});

const oneTwoTwo = '{"title":"x","messages":[{"a":1},{"a":2},{"a":2}],"magic_words":[]}';

test.each([whole, inPieces])("a document that stands in a file again is a copy (%d)", async (size) => {
  for (const between of ["", "\n", " \r\n\r\n"]) {
    const result = await read(`${oneTwoTwo}${between}${oneTwoTwo}${between}${oneTwoTwo}`, size);
    expect(result.messages).toEqual([{ a: 1 }, { a: 2 }, { a: 2 }]);
    expect(result.header).toEqual({ title: "x", magic_words: [] });
    expect(result.tally).toMatchObject({ read: 6, duplicates: 6, dropped: {} });
    expect(result.problem).toBe("holds its document more than once: the others are copies");
  }
});

test.each([whole, inPieces])(
  "of a copy that is written in another way only what the first document lacks is told (%d)",
  async (size) => {
    const other = JSON.stringify({ messages: [{ a: 2 }, { a: 2 }, { a: 2 }, { b: 1 }] }, undefined, 2);
    const { messages, tally, problem } = await read(oneTwoTwo + other, size);
    expect(messages).toHaveLength(3);
    expect(tally).toMatchObject({
      read: 4,
      duplicates: 2,
      dropped: { "behind the first document of a file": 2 },
    });
    expect(problem).toContain("2 of its entries were left out");
  },
);

test.each([whole, inPieces])("a copy that is cut off is told as such (%d)", async (size) => {
  const { messages, problem } = await read(oneTwoTwo + oneTwoTwo.slice(0, 40), size);
  expect(messages).toHaveLength(3);
  expect(problem).toContain("cut off");
});

test.each([whole, inPieces])("a file without a list of messages is refused (%d)", async (size) => {
  for (const json of ['{"title":"x"}', '{"messages":{}}', "[]"])
    await expect(read(json, size)).rejects.toThrow("it has no list of messages");
});

test.each([whole, inPieces])("UTF-16 is refused with what to do (%d)", async (size) => {
  const content = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{"messages":[]}', "utf16le")]);
  await expect(read(content, size)).rejects.toThrow("save it again as UTF-8");
});

test("what is wrong with a file is told without its words", async () => {
  const { problem } = await read('{"messages":[],"title":"a secret', whole);
  expect(problem).not.toContain("secret");
});

async function read(content: string | Buffer, wholeFileBytes: number) {
  const tally = createTally();
  const file = readMessageFile(await fileEntry(content), { wholeFileBytes, tally });
  const messages: unknown[] = [];
  const isAscii = new Set<boolean>();
  for (;;) {
    const { done, value } = await file.next();
    if (done) return { messages, tally, isAscii: [...isAscii], ...value };
    messages.push(...value.messages);
    isAscii.add(value.isAscii);
  }
}
