import { pipeline, type Readable } from "node:stream";
import { ignore } from "stream-json/filters/ignore.js";
import { pick } from "stream-json/filters/pick.js";
import { type StreamArrayItem, streamArray } from "stream-json/streamers/stream-array.js";
import { streamValues } from "stream-json/streamers/stream-values.js";
import { createPartReader, type ParsedPart } from "./facebook.ts";

const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Values come whole, not as pieces of their text as well: half the work. */
const wholeValues = { packValues: true, streamValues: false } as const;

/**
 * Reads a part of any size, one message in memory as JSON: as one string it could be longer than a string can be.
 *
 * Read twice: whether its text needs repair and who takes part is only known at its end.
 *
 * @param open Opens the file's content from its start.
 */
export async function parseLargePart(open: () => Promise<Readable>): Promise<ParsedPart> {
  const { header, isAscii } = await readHeader(open);
  const reader = createPartReader(isAscii);
  const filter = pick.withParserAsStream({ ...wholeValues, filter: "messages" });
  for await (const { key, value } of items(await open(), filter, streamArray.asStream()))
    reader.add(value, key);
  return reader.finish(header);
}

async function readHeader(open: () => Promise<Readable>): Promise<{ header: unknown; isAscii: boolean }> {
  let isAscii = true;
  let bytes = 0;
  const source = await open();
  source.on("data", (chunk: Buffer) => {
    // The three bytes of a byte-order mark say nothing about what follows.
    const isMark = (byte: number, index: number) => byte === byteOrderMark[bytes + index];
    isAscii &&= chunk.every((byte, index) => byte < 0x80 || isMark(byte, index));
    bytes += chunk.length;
  });
  const filter = ignore.withParserAsStream({ ...wholeValues, filter: /^messages\./ });
  let header: unknown;
  for await (const { value } of items(source, filter, streamValues.asStream())) header = value;
  return { header, isAscii };
}

/** What comes out of three streams; whatever the parser says of a damaged file, it must not quote the file. */
async function* items(
  source: Readable,
  filter: NodeJS.ReadWriteStream,
  streamer: NodeJS.ReadWriteStream,
): AsyncGenerator<StreamArrayItem> {
  let sourceError: unknown;
  source.once("error", (error) => {
    sourceError = error;
  });
  try {
    const output = pipeline(source, filter, streamer, () => {}) as unknown as AsyncIterable<StreamArrayItem>;
    yield* output;
  } catch {
    throw sourceError ?? new SyntaxError("not whole JSON");
  }
}
