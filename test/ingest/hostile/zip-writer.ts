/** Writes zips byte by byte, wrong where it is told to be: libraries refuse to. */
import { crc32, deflateRawSync } from "node:zlib";

export interface HostileEntry {
  name: string | Buffer;
  data?: Buffer | string;
  /** 0 stored, 8 deflated; others are written as they stand. */
  method?: number;
  /** Bit 0 says that the entry is encrypted, bit 11 that its name is UTF-8. */
  flags?: number;
  crc?: number;
  compressedSize?: number;
  uncompressedSize?: number;
  /** Upper 16 bits are a Unix mode: 0xa1ff0000 is a symbolic link. */
  externalAttributes?: number;
  /** Where its data is said to lie, instead of where it does. */
  offset?: number;
  /** Says that its data is that of an earlier entry, by number. */
  sameDataAs?: number;
  localName?: string;
}

export interface ZipMistakes {
  /** Bytes in front of the first entry. */
  prefix?: Buffer;
  /** What the end record says there are. */
  entryCount?: number;
  /** Where the end record says that the list of entries begins. */
  listOffset?: number;
  comment?: string;
}

export function zipBytes(entries: HostileEntry[], mistakes: ZipMistakes = {}): Buffer {
  const pieces: Buffer[] = [mistakes.prefix ?? Buffer.alloc(0)];
  const headers: Buffer[] = [];
  const offsets: number[] = [];
  let length = pieces[0]?.length ?? 0;
  for (const entry of entries) {
    const packed = pack(entry);
    offsets.push(entry.offset ?? offsets[entry.sameDataAs ?? -1] ?? length);
    headers.push(centralHeader(packed, offsets.at(-1) ?? 0, entry));
    if (entry.sameDataAs !== undefined) continue;
    pieces.push(localHeader(packed, entry), packed.data);
    length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  }
  const list = Buffer.concat(headers);
  return Buffer.concat([...pieces, list, endRecord(entries.length, list.length, length, mistakes)]);
}

interface Packed {
  name: Buffer;
  data: Buffer;
  fields: Buffer;
}

function pack(entry: HostileEntry): Packed {
  const { method = 8, flags = 0x800 } = entry;
  const plain = Buffer.from(entry.data ?? "");
  const data = method === 8 ? deflateRawSync(plain) : plain;
  const name = Buffer.from(entry.name);
  // Version, flags, method, time, date, checksum, sizes: the same 22 bytes in both headers.
  const fields = Buffer.alloc(22);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(flags, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt16LE(0x5821, 8);
  fields.writeUInt32LE(entry.crc ?? crc32(plain), 10);
  fields.writeUInt32LE(entry.compressedSize ?? data.length, 14);
  fields.writeUInt32LE(entry.uncompressedSize ?? plain.length, 18);
  return { name, data, fields };
}

function localHeader({ name, fields }: Packed, { localName }: HostileEntry): Buffer {
  const written = localName === undefined ? name : Buffer.from(localName);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(written.length, 0);
  return Buffer.concat([Buffer.from("PK\x03\x04"), fields, lengths, written]);
}

function centralHeader(
  { name, fields }: Packed,
  offset: number,
  { externalAttributes = 0 }: HostileEntry,
): Buffer {
  const rest = Buffer.alloc(18);
  rest.writeUInt16LE(name.length, 0);
  rest.writeUInt32LE(externalAttributes, 10);
  rest.writeUInt32LE(offset, 14);
  // Made by Unix, so that the attributes count.
  return Buffer.concat([Buffer.from("PK\x01\x02\x14\x03", "latin1"), fields, rest, name]);
}

function endRecord(count: number, size: number, offset: number, mistakes: ZipMistakes): Buffer {
  const comment = Buffer.from(mistakes.comment ?? "");
  const record = Buffer.alloc(22);
  record.write("PK\x05\x06", "latin1");
  record.writeUInt16LE(mistakes.entryCount ?? count, 8);
  record.writeUInt16LE(mistakes.entryCount ?? count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(mistakes.listOffset ?? offset, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
}
