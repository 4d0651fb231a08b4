/** What the file system refuses, and what of it a person can change. */

/** The disk, a quota, or the largest file that is allowed has been reached. */
const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const refused = new Set(["EACCES", "EROFS", "EPERM"]);

export function isDiskFull(error: unknown): boolean {
  return full.has(codeOf(error) ?? "");
}

/** True when this user may not read or write there. */
export function isRefused(error: unknown): boolean {
  return refused.has(codeOf(error) ?? "");
}

/** The system's code, such as `ENOSPC`; undefined for an error that is not the system's. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  // An error that comes from a worker thread has lost its properties.
  return typeof code === "string" ? code : /^(E[A-Z]+): /.exec(error.message)?.[1];
}

/** Whether another program, in Python or C, says in its last words that the disk is full. */
export function saysDiskIsFull(words: string): boolean {
  return /disk is full|No space left on device|Disk quota exceeded|File too large|Errno (?:28|122|27)\b|ENOSPC|EDQUOT|EFBIG/i.test(
    words,
  );
}
