import { createHash } from "node:crypto";

/** Where a part of a thread lies in an export. */
export interface ThreadPart {
  network: "facebook" | "instagram";
  section: string;
  /** Name of the thread's folder. */
  folder: string;
  /** The N of `message_N.json`; 1 for the single `message.json` of 2018. The highest is the oldest. */
  part: number;
}

const sections = "inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover";
const threadFile = new RegExp(`(?:^|/)(${sections})/([^/]+)/message(?:_(\\d+))?\\.json$`);

/** Reads a path inside an export; undefined for a file that is no part of a thread. */
export function readThreadPath(entryPath: string): ThreadPart | undefined {
  const match = threadFile.exec(entryPath);
  if (match === null) return undefined;
  const [, section = "", folder = "", part] = match;
  const network = entryPath.includes("your_instagram_activity/") ? "instagram" : "facebook";
  return { network, section, folder, part: part === undefined ? 1 : Number(part) };
}

/**
 * The id of a thread: the same in every export and section, and safe as a file name.
 *
 * Folders are `<slug>_<id>`; the slug follows the title, which changes. Old ids hold `_` themselves and a slug may be
 * missing, so what stands before the first `_` is only cut off when it is a slug.
 */
export function threadIdOf({ network, folder }: ThreadPart): string {
  const [, id = folder] = /^[a-z0-9]*_(.+)$/.exec(folder) ?? [];
  const isSafe = /^[A-Za-z0-9_-]{1,80}$/.test(id);
  return `${network}-${isSafe ? id : createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
}
