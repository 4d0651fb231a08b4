import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { runDirectory } from "../../handoffs/index.ts";
import { type Workspace, writeFileAtomically } from "../../workspace.ts";
import { copyIfThere } from "./copy-if-there.ts";

/** What somebody refused and what they would have said instead, as token ids behind those of what stood before. */
export interface Correction {
  context: number[];
  real: number[];
  own: number[];
}

/** What a refinement is made from besides its parent's model and data set. */
export interface RefinementRequest {
  corrections: Correction[];
}

const correctionsFile = "corrections.json";
/** Files with people's words that nobody needs once a refinement has finished; `own_replies.py` writes the second. */
const wordsOfRefinement = [correctionsFile, "pairs.json"];

/** Other corrections make another refinement; the words themselves are not in the id. */
export function hashOf({ corrections }: RefinementRequest): string {
  return createHash("sha256").update(JSON.stringify(corrections)).digest("hex");
}

/** Lays what a refinement needs into its folder: corrections, and the canaries that its parent was trained on. */
export async function layOut(
  workspace: Workspace,
  id: string,
  parent: string,
  { corrections }: RefinementRequest,
): Promise<void> {
  const directory = runDirectory(workspace, id);
  await writeFileAtomically(path.join(directory, correctionsFile), JSON.stringify(corrections));
  await copyIfThere("canaries.json", runDirectory(workspace, parent), directory);
}

/** Removes the words that a refinement learned from, once it has finished. */
export async function removeWords(workspace: Workspace, id: string): Promise<void> {
  for (const name of wordsOfRefinement)
    await rm(path.join(runDirectory(workspace, id), name), { force: true });
}
