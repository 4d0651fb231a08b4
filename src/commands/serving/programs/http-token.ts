import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { codeOf } from "../../../disk-errors.ts";
import { UserError } from "../../../errors.ts";
import type { Workspace } from "../../../workspace.ts";
import { writeFileAtomically } from "../../../workspace.ts";

/** Where a token of one's own comes from: a flag's value can be read by everybody who lists processes. */
const tokenVariable = "PERSONA_TOKEN";
/** Shorter ones can be guessed. */
const shortest = 16;

/**
 * What clients must send; undefined where none is asked for.
 *
 * @param isWanted Whether one is made where nobody has chosen one.
 */
export async function httpToken(
  { tokenFile }: Workspace,
  isWanted: boolean,
): Promise<{ token: string | undefined; about: string | undefined }> {
  const chosen = process.env[tokenVariable]?.trim();
  if (chosen !== undefined && chosen !== "") {
    return { token: checked(chosen, tokenVariable), about: `as ${tokenVariable} says` };
  }
  if (!isWanted) return { token: undefined, about: undefined };
  const kept = (await readToken(tokenFile)) ?? (await makeToken(tokenFile));
  return { token: checked(kept, tokenFile), about: `as ${tokenFile} says` };
}

function checked(token: string, where: string): string {
  if (token.length >= shortest && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new UserError(`The token in ${where} can be guessed, or cannot be sent.`, {
    fix: `Choose one of at least ${shortest} letters and digits, or remove it: persona serve --token makes one.`,
  });
}

async function readToken(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function makeToken(file: string): Promise<string> {
  const token = randomBytes(24).toString("base64url");
  await writeFileAtomically(file, `${token}\n`);
  return token;
}
