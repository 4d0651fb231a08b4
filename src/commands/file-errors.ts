import { UserError } from "../errors.ts";

/** What the file system refused and a person can change, in their words; undefined for every other error. */
export function explainFileError(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || error instanceof UserError) return undefined;
  // Not from its properties: an error that comes from a worker thread has lost most of them.
  const [, code, syscall, path = "these files"] =
    /^(E[A-Z]+): .*?, (\w+)(?: '(.*?)')?/.exec(error.message) ?? [];
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new UserError("The disk is full.", {
        fix: "Free some space, or choose another disk with --data DIR, and run the command again.",
        cause: error,
      });
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return refused(path, error);
    case "ENOENT":
      // What Node says of making folders where nothing can be made.
      return syscall === "mkdir" ? refused(path, error) : undefined;
    default:
      return undefined;
  }
}

function refused(path: string, cause: Error): UserError {
  return new UserError(`This user may not read or write ${path}.`, {
    fix: "Change its permissions, or choose another folder with --data DIR.",
    cause,
  });
}
