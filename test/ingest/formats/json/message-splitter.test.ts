import { pipeline, Readable } from "node:stream";
import fc from "fast-check";
import { streamArray } from "stream-json/streamers/stream-array.js";
import { expect, test } from "vitest";
import type { FileHeader } from "../../../../src/ingest/formats/json/message-cutter.ts";
import { CutOffError, splitMessages } from "../../../../src/ingest/formats/json/message-splitter.ts";
import { cut } from "../json-pieces.ts";

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Texts with everything that means something in JSON. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc
    .array(
      fc.constantFrom('"', "\\", "{", "}", "[", "]", ",", ":", "messages", '"messages":[', "\n", "\u0000"),
      {
        maxLength: 6,
      },
    )
    .map((pieces) => pieces.join("")),
);
const { value: anything, object } = fc.letrec((tie) => ({
  object: fc.dictionary(fc.oneof(text, fc.constant("messages")), tie("value"), { maxKeys: 3 }),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
}));
const thread = fc
  .record({
    before: fc.dictionary(text, anything, { maxKeys: 3 }),
    messages: fc.array(fc.oneof({ weight: 3, arbitrary: object }, { weight: 1, arbitrary: anything }), {
      maxLength: 6,
    }),
    after: fc.dictionary(text, anything, { maxKeys: 3 }),
  })
  .map(({ before, messages, after }) => ({ ...without(before), messages, ...without(after) }));
const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

test("gives the messages and the header that JSON.parse gives, wherever the chunks are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      thread,
      chunkSizes,
      fc.constantFrom(undefined, 1, "\t"),
      fc.boolean(),
      async (it, sizes, indent, hasMark) => {
        const json = Buffer.from(JSON.stringify(it, undefined, indent));
        const bytes = hasMark ? Buffer.concat([byteOrderMark, json]) : json;
        const { messages, ...header } = JSON.parse(json.toString("utf8"));
        expect(await split(cut(bytes, sizes))).toEqual({
          messages,
          header: { ...header, messages: [] },
          tooLong: 0,
          unreadable: 0,
        });
      },
    ),
    { seed: 1, numRuns: 1_000 },
  );
});

test("gives the same messages where it jumps from one to the next, whatever stands in them", async () => {
  const between = fc.constantFrom(
    '},{"name"',
    '"},{"name":"',
    '}\n,\n{"name"',
    "},\n {",
    '{"name":"a"},{"name":"b"}',
  );
  const words = fc.oneof(text, between);
  const inner = fc.record({ name: words, size: fc.integer() });
  const message = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({ name: words, content: words, list: fc.array(inner, { maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: anything },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.record({ messages: fc.array(message, { maxLength: 30 }), after: anything }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(undefined, 1, "\t"),
      fc.constantFrom(1, 60, 300),
      async (it, sizes, indent, batchBytes) => {
        const json = JSON.stringify(it, undefined, indent);
        const { messages, ...header } = JSON.parse(json);
        expect(await split(cut(Buffer.from(json), sizes), { batchBytes })).toEqual({
          messages,
          header: { ...header, messages: [] },
          tooLong: 0,
          unreadable: 0,
        });
      },
    ),
    { seed: 4, numRuns: 2_000 },
  );
});

test.each([
  ["no JSON", '{"a":nothing}', { tooLong: 0, unreadable: 1 }],
  ["too long", `{"a":"${"x".repeat(2_000_001)}"}`, { tooLong: 1, unreadable: 0 }],
])(
  "among messages that it jumps over, one that is %s is counted, and all others are given",
  async (_, bad, counts) => {
    const good = Array.from({ length: 50 }, (_, index) => `{"a":${index}}`);
    const json = `{"messages":[${[...good, bad, ...good, bad, ...good].join(",")}]}`;
    const given = await split(cut(Buffer.from(json), [100]), { batchBytes: 50 });
    expect(given).toMatchObject({ tooLong: 2 * counts.tooLong, unreadable: 2 * counts.unreadable });
    expect(given.messages).toEqual([...good, ...good, ...good].map((each) => JSON.parse(each)));
  },
);

test("gives the messages that stream-json assembles", async () => {
  await fc.assert(
    fc.asyncProperty(thread, chunkSizes, async ({ messages }, sizes) => {
      const given = await split(cut(Buffer.from(JSON.stringify({ messages })), sizes));
      expect(given.messages).toEqual(await assemble(JSON.stringify(messages)));
    }),
    { seed: 2, numRuns: 200 },
  );
});

test("gives the whole messages before a cut, and then says that the file is cut off", async () => {
  await fc.assert(
    fc.asyncProperty(
      thread,
      chunkSizes,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (it, sizes, share) => {
        const json = Buffer.from(JSON.stringify(it));
        const start = json.indexOf('"messages":[') + '"messages":['.length;
        fc.pre(JSON.stringify(it).indexOf('"messages":[') === JSON.stringify(it).lastIndexOf('"messages":['));
        const end = Math.floor(share * json.length);
        const expected = wholeBefore(it.messages, end - start);
        const pieces = splitMessages(cut(json.subarray(0, end), sizes));
        const given: unknown[] = [];
        await expect(drain(pieces, given)).rejects.toBeInstanceOf(CutOffError);
        expect(given).toEqual(JSON.parse(JSON.stringify(expected)));
      },
    ),
    { seed: 3, numRuns: 500 },
  );
});

test("a list of messages that is written with escapes in its key is found", async () => {
  expect((await split([Buffer.from('{"\\u006dessages":[{"a":1}]}')])).messages).toEqual([{ a: 1 }]);
});

test("an empty file is cut off", async () => {
  await expect(split([])).rejects.toBeInstanceOf(CutOffError);
});

test.each([
  ["an array", "[1]"],
  ["without messages", '{"title":"x"}'],
  ["with messages that are no list", '{"messages":{"messages":[1]}}'],
])("a file that is %s has no messages", async (_, json) => {
  expect((await split([Buffer.from(json)])).messages).toEqual([]);
});

test("what follows the file's end makes its header unreadable, not its messages", async () => {
  const { messages, header } = await split([Buffer.from('{"messages":[{"a":1}]} and more')]);
  expect({ messages, header }).toEqual({ messages: [{ a: 1 }], header: undefined });
});

test("messages that are no JSON are counted, and their neighbours given", async () => {
  const json = '{"messages":[{"a":1},{"b":nothing},{"c":3}]}';
  expect(await split([Buffer.from(json)])).toMatchObject({ messages: [{ a: 1 }, { c: 3 }], unreadable: 1 });
});

test("a message that is too long is left out and counted, and its neighbours given", async () => {
  const long = `{"content":"${"x".repeat(2_000_001)}"}`;
  const given = await split(cut(Buffer.from(`{"messages":[{"a":1},${long},{"c":3},${long}]}`), [100_000]));
  expect(given).toMatchObject({ messages: [{ a: 1 }, { c: 3 }], tooLong: 2, unreadable: 0 });
});

test("memory stays flat for one message of 200 MB and for 200 MB of messages", async () => {
  const filling = Buffer.alloc(1 << 20, "x");
  const message = `{"sender_name":"Zoë Fox","content":"${"x".repeat(900)}"},`;
  const messages = Buffer.from(message.repeat(1_000));
  expect(await growthOf('{"messages":[{"content":"', filling, '"}]}')).toBeLessThan(60e6);
  expect(await growthOf('{"messages":[', messages, "{}]}")).toBeLessThan(60e6);
});

test("a header of any size is refused before it fills the memory", async () => {
  const chunk = Buffer.alloc(1 << 20, " ");
  await expect(growthOf('{"title":"', chunk, '","messages":[]}')).rejects.toThrow("too large");
});

/** Bytes by which the process grew at most while 200 MB passed. */
async function growthOf(start: string, chunk: Buffer, end: string): Promise<number> {
  const before = memory();
  let most = 0;
  const times = Math.ceil(200e6 / chunk.length);
  for await (const _ of splitMessages(repeated(start, chunk, times, end))) most = Math.max(most, memory());
  return most - before;
}

function memory(): number {
  const { external, arrayBuffers, heapUsed } = process.memoryUsage();
  return external + arrayBuffers + heapUsed;
}

function* repeated(start: string, chunk: Buffer, times: number, end: string): Generator<Buffer> {
  yield Buffer.from(start);
  for (let index = 0; index < times; index++) yield chunk;
  yield Buffer.from(end);
}

function without({ messages: _, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

/** The messages that end, with the comma or bracket behind them, in so many bytes of their list. */
function wholeBefore(messages: unknown[], bytes: number): unknown[] {
  let end = 0;
  return messages.filter((message) => {
    end += Buffer.byteLength(JSON.stringify(message)) + 1;
    return end <= bytes;
  });
}

async function split(chunks: Iterable<Buffer>, options = {}) {
  const result = { messages: [] as unknown[], header: undefined as FileHeader, tooLong: 0, unreadable: 0 };
  const pieces = splitMessages(chunks, options);
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return { ...result, header: value };
    result.messages.push(...value.messages);
    result.tooLong += value.tooLong;
    result.unreadable += value.unreadable;
  }
}

async function drain(pieces: ReturnType<typeof splitMessages>, into: unknown[]): Promise<void> {
  for await (const { messages } of pieces) into.push(...messages);
}

async function assemble(json: string): Promise<unknown[]> {
  const items = pipeline(Readable.from([json]), streamArray.withParserAsStream(), () => {});
  const values: unknown[] = [];
  for await (const { value } of items as unknown as AsyncIterable<{ value: unknown }>) values.push(value);
  return values;
}
