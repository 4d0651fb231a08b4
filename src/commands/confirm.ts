import { createInterface } from "node:readline/promises";
import { UserError } from "../errors.ts";

interface Confirmation {
  /** What did not happen, where the answer is not yes. */
  refused: string;
  /** The flag that answers beforehand, and what it does. */
  flag: string;
}

/**
 * Asks a question in the terminal.
 * @throws {UserError} Unless the answer is yes.
 */
export async function confirm(question: string, { refused, flag }: Confirmation): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UserError("There is no terminal to confirm on.", { fix: `Add ${flag}.` });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} (y/N) `);
  lines.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new UserError(refused, { fix: `Answer y, or add ${flag}.` });
}
