import { readFile } from "node:fs/promises";
import type * as z from "zod";
import { codeOf } from "../disk-errors.ts";
import { UserError } from "../errors.ts";

/**
 * One of the project's own JSON files; undefined where there is none.
 *
 * @throws UserError when it cannot be used, in the same words wherever it lies; `fix` says what helps there.
 */
export async function readJsonFile<T>(
  file: string,
  schema: z.ZodType<T>,
  { fix }: { fix: string },
): Promise<T | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw cannotBeRead(file, error, { fix });
  });
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserError(`${file} is damaged, or comes from another version of persona.`, { fix, cause });
  }
}

export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** What a person can do about a file that the system does not let one read. */
export function cannotBeRead(file: string, cause: unknown, { fix }: { fix: string }): UserError {
  const code = codeOf(cause);
  if (code === "EISDIR") return new UserError(`${file} is a folder, and should be a file.`, { fix, cause });
  return new UserError(`${file} cannot be read (${code}).`, {
    fix: "Make it readable for this user.",
    cause,
  });
}
