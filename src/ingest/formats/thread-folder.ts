import { createHash } from "node:crypto";

/**
 * The id of a thread from the folder that a DYI export keeps it in: the same in every export and section.
 *
 * Folders are `<slug>_<id>`; the slug follows the title, which changes. Old ids hold `_` themselves and a slug may be
 * missing, so what stands before the first `_` is only cut off when it is a slug.
 */
export function threadIdOfFolder(network: string, folder: string): string {
  const [, id = folder] = /^[a-z0-9]*_(.+)$/.exec(folder) ?? [];
  return `${network}-${/^[A-Za-z0-9_-]{1,80}$/.test(id) ? id : hashOf(folder)}`;
}

function hashOf(name: string): string {
  return createHash("sha256").update(name.normalize("NFC")).digest("hex").slice(0, 16);
}
