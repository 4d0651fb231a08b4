import { codeOf, isDiskFull, isRefused } from "../disk-errors.ts";
import { UserError } from "../errors.ts";

/** What the file system refused and a person can change, in their words; undefined for every other error. */
export function explainFileError(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || error instanceof UserError) return undefined;
  const [, syscall, from = "these files", path = from] =
    /^E[A-Z]+: .*?, (\w+)(?: '(.*?)')?(?: -> '(.*?)')?/.exec(error.message) ?? [];
  // Node's own words are the file system's; an API's may have the same codes.
  if (syscall === undefined) return undefined;
  if (isDiskFull(error)) {
    return new UserError("The disk is full.", {
      fix: "Free some space, or choose another disk with --data DIR, and run the command again.",
      cause: error,
    });
  }
  if (codeOf(error) === "EISDIR") {
    return new UserError(`${path} is a folder, and should be a file.`, {
      fix: "Move it away, and run the command again.",
      cause: error,
    });
  }
  // Where no folder can be made at all, Node says ENOENT.
  const isImpossible = codeOf(error) === "ENOENT" && syscall === "mkdir";
  return isRefused(error) || isImpossible ? refused(path, error) : undefined;
}

function refused(path: string, cause: Error): UserError {
  return new UserError(`This user may not read or write ${path}.`, {
    fix: "Change its permissions, or choose another folder with --data DIR.",
    cause,
  });
}
