/** Packs the files of an export as people receive them: in one zip or in several. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { finished } from "node:stream/promises";
import yazl from "yazl";
import type { ExportFiles } from "../export-writer.ts";
import type { Random } from "./random.ts";

export interface ZipShape {
  /** Writes the records that an archive over 4 GB needs. */
  zip64?: boolean;
  /** Leaves every second entry uncompressed. */
  someStored?: boolean;
}

export async function packZip(
  file: string,
  files: ExportFiles,
  { zip64 = false, someStored = false }: ZipShape = {},
): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  const zip = new yazl.ZipFile();
  let index = 0;
  for (const [name, content] of files) {
    const compress = !someStored || index++ % 2 === 0;
    zip.addBuffer(Buffer.from(content), name, { forceZip64Format: zip64, compress });
  }
  zip.end({ forceZip64Format: zip64, comment: "" });
  await finished(zip.outputStream.pipe(createWriteStream(file)));
  return file;
}

/** The files dealt out at random, so that the parts of one thread lie in several zips and in no order. */
export function dealOut(files: ExportFiles, hands: number, random: Random): ExportFiles[] {
  const dealt: ExportFiles[] = Array.from({ length: hands }, () => new Map());
  random.shuffle([...files]).forEach(([name, content], index) => {
    dealt[index % hands]?.set(name, content);
  });
  return dealt;
}
