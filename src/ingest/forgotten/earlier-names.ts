import { readFile, rm } from "node:fs/promises";
import * as z from "zod";
import { type Workspace, writeFileAtomically } from "../../workspace.ts";

/** A name that somebody had before; in one thread alone, where it is another person's elsewhere. */
const EarlierName = z.object({ from: z.string(), to: z.string(), thread: z.string().optional() });
export type EarlierName = z.infer<typeof EarlierName>;

/**
 * Names that people of the store had before, as imports found. They lie beside the messages, which are the same whether an
 * older export was ever imported or not.
 */
export async function readEarlierNames({ namesFile }: Workspace): Promise<EarlierName[]> {
  try {
    return z.array(EarlierName).parse(JSON.parse(await readFile(namesFile, "utf8")));
  } catch {
    return []; // The next import finds them again.
  }
}

export async function writeEarlierNames(workspace: Workspace, names: EarlierName[]): Promise<void> {
  const known = await readEarlierNames(workspace);
  if (names.length === 0) await rm(workspace.namesFile, { force: true });
  else if (JSON.stringify(names) !== JSON.stringify(known))
    await writeFileAtomically(workspace.namesFile, `${JSON.stringify(names, undefined, 1)}\n`);
}
