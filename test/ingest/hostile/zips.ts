/** Zips that lie about what they hold and where. */
import {
  evilThread,
  evilWord,
  goodEntries,
  type HostileInput,
  hostileFile,
  refusedZip,
  root,
  zipFile,
  zipRow,
} from "./parts.ts";
import { zipBytes } from "./zip-writer.ts";

export function pathsInZips(): HostileInput[] {
  const names = {
    "a path that climbs out": `../../${hostileFile}`,
    "a path that climbs out from within": `${root}/inbox/../../../../inbox/eva_9/message_1.json`,
    "an absolute path": `/${hostileFile}`,
    "a drive path": `C:/${hostileFile}`,
    "a path with backslashes": `..\\..\\${hostileFile.replaceAll("/", "\\")}`,
  };
  const rows = Object.entries(names).map(([name, entry]) =>
    zipRow(`zip with ${name}`, [{ name: entry, data: evilThread() }], "refused"),
  );
  const link = { name: hostileFile, data: "/etc/passwd", method: 0, externalAttributes: 0xa1ff0000 };
  return [...rows, zipRow("zip with a symbolic link", [link], "warned")];
}

export function bombs(): HostileInput[] {
  const spaces = { name: hostileFile, data: Buffer.alloc(64 * 1024 * 1024, " ") };
  const padded = { name: hostileFile, data: evilThread().replace(/}$/, `${" ".repeat(3_000_000)}}`) };
  const copies = Array.from({ length: 40 }, (_, index) => ({
    name: hostileFile.replace("eva_9", `eva_${900 + index}`),
    data: evilThread(),
    sameDataAs: 0,
  }));
  return [
    zipRow("zip bomb of 64 MB in 64 kB", [spaces], "warned"),
    { ...zipRow("zip entry over a set ratio", [padded], "warned"), limits: { ratio: 50 } },
    {
      ...zipRow("zip entry too large to be parsed whole", [padded], "imported", [evilWord]),
      limits: { wholeFileBytes: 100_000, ratio: 10_000 },
    },
    {
      ...zipRow("zip over a set total", [padded], "refused"),
      limits: { totalBytes: 100_000, ratio: 100_000 },
    },
    {
      ...zipRow("zip whose entries share one piece of data", [], "refused"),
      make: (directory) =>
        zipFile(directory, [{ name: hostileFile, data: evilThread() }, ...copies, ...goodEntries()]),
      // The first of them is an entry like any other.
      maybe: [evilWord],
    },
  ];
}

export function brokenZips(): HostileInput[] {
  const data = evilThread();
  const whole = () => zipBytes(goodEntries());
  return [
    zipRow("zip with one encrypted entry", [{ name: hostileFile, data, flags: 0x801 }], "warned"),
    refusedZip(
      "zip in which all is encrypted",
      zipBytes(goodEntries().map((entry) => ({ ...entry, flags: 0x801 }))),
      /password|encrypt/i,
    ),
    zipRow("zip entry whose checksum is wrong", [{ name: hostileFile, data, crc: 1 }], "warned"),
    zipRow("zip entry packed by an unknown method", [{ name: hostileFile, data, method: 14 }], "warned"),
    zipRow("zip entry larger than it says", [{ name: hostileFile, data, uncompressedSize: 10 }], "warned"),
    zipRow("zip entry smaller than it says", [{ name: hostileFile, data, uncompressedSize: 1e6 }], "warned"),
    zipRow("zip entry that lies beyond the end", [{ name: hostileFile, data, offset: 0x7fffffff }], "warned"),
    zipRow(
      "zip entry that is no deflated data",
      [{ name: hostileFile, data, method: 8, compressedSize: 7 }],
      "warned",
    ),
    zipRow(
      "zip entry with a name that is not UTF-8",
      [{ name: Buffer.from(hostileFile.replace("eva", "\xe9va"), "latin1"), data }],
      "imported",
      [evilWord],
    ),
    zipRow(
      "zip with one entry twice",
      [
        { name: hostileFile, data },
        { name: hostileFile, data },
      ],
      "imported",
      [evilWord],
    ),
    {
      ...zipRow("zip with a comment of 60,000 letters", [], "imported"),
      make: (directory) => zipFile(directory, goodEntries(), { comment: "x".repeat(60_000) }),
    },
    {
      ...zipRow("zip with a kilobyte of junk in front", [], "imported"),
      make: (directory) => zipFile(directory, goodEntries(), { prefix: Buffer.alloc(1024, "junk") }),
    },
    refusedZip("zip cut off in its middle", whole().subarray(0, 300), /download|again|zip/i),
    refusedZip("zip without its list", whole().subarray(0, whole().length - 60), /download|again|zip/i),
    refusedZip(
      "zip that says it has more entries",
      zipBytes(goodEntries(), { entryCount: 60_000 }),
      /download|again|zip/i,
    ),
    refusedZip(
      "zip whose list lies elsewhere",
      zipBytes(goodEntries(), { listOffset: 3 }),
      /download|again|zip/i,
    ),
    refusedZip("empty file called zip", Buffer.alloc(0), /./),
    refusedZip("zip without entries", zipBytes([]), /./),
    refusedZip("zip of zips", zipBytes([{ name: "facebook-ana.zip", data: whole(), method: 0 }]), /zip/i),
  ];
}
