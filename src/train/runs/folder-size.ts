import { lstat, readdir } from "node:fs/promises";
import path from "node:path";

/** Bytes of all files under a directory, or of one file; what vanishes meanwhile counts nothing. */
export async function bytesUnder(file: string): Promise<number> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  const names = await readdir(file).catch(() => []);
  const sizes = await Promise.all(names.map((name) => bytesUnder(path.join(file, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
