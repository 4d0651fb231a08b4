/**
 * A file system that dies at its n-th change, as a process does that is killed: what came before is on the disk, of the
 * change itself nothing or half, and of what the process would have done afterwards nothing.
 */
import type * as files from "node:fs/promises";
import path from "node:path";

type Files = typeof files;

export class Killed extends Error {}

let left = Number.POSITIVE_INFINITY;
let isHalf = false;

/** Lets so many changes through, then half of one if `half`, then none. */
export function dieAfter(changes: number, half = false): void {
  left = changes;
  isHalf = half;
}

export function live(): void {
  left = Number.POSITIVE_INFINITY;
}

async function change<T>(work: () => Promise<T>, half: () => Promise<unknown> = async () => {}): Promise<T> {
  if (left === 0 && isHalf) await half();
  if (left <= 0) {
    left = -1;
    throw new Killed("killed");
  }
  left -= 1;
  return work();
}

/** `node:fs/promises`, whose changes count. */
export function mortal(real: Files): Files {
  const counted = (name: "mkdir" | "rename" | "link" | "copyFile") => ({
    [name]: (...words: unknown[]) =>
      change(() => (real[name] as (...words: unknown[]) => Promise<unknown>)(...words)),
  });
  return {
    ...real,
    ...counted("mkdir"),
    ...counted("rename"),
    ...counted("link"),
    ...counted("copyFile"),
    rm: (file, options) =>
      change(
        () => real.rm(file, options),
        () => removeHalf(real, String(file)),
      ),
    open: async (file, flags, ...rest) => {
      if (flags === undefined || flags === "r") return real.open(file, flags, ...rest);
      const handle = await change(() => real.open(file, flags, ...rest));
      const { writeFile } = handle;
      handle.writeFile = (content) =>
        change(
          () => writeFile.call(handle, content),
          () => writeFile.call(handle, String(content).slice(0, String(content).length / 2)),
        );
      return handle;
    },
  };
}

/** Every second entry of a directory, of the deepest ones first. */
async function removeHalf(real: Files, file: string): Promise<void> {
  const entries = await real.readdir(file, { withFileTypes: true, recursive: true }).catch(() => []);
  const contents = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const [index, content] of contents.sort().entries()) if (index % 2 === 0) await real.rm(content);
}
