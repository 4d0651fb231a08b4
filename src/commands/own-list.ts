import { readFile } from "node:fs/promises";
import { prepareChoices } from "../choices/index.ts";
import type { Config } from "../config.ts";
import { UserError } from "../errors.ts";
import { readOwnRules } from "../prepare/index.ts";

/**
 * The owner's list of what must never be learned; there need not be one, unless `persona.json` names it.
 *
 * @throws {UserError} when it cannot be read, or a line of it cannot be used.
 */
export async function readOwnList(config: Config): Promise<string> {
  const list = await readList(config);
  readOwnRules(list, config.prepare.redactFile);
  return list;
}

async function readList({ prepare }: Config): Promise<string> {
  try {
    return await readFile(prepare.redactFile, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing && prepare.redactFile === prepareChoices.redactFile.default) return "";
    throw new UserError(`${prepare.redactFile} cannot be read${isMissing ? ": it is not there" : ""}.`, {
      fix: "Check redactFile in persona.json, and the file's permissions.",
      cause: error,
    });
  }
}
