import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openWorkspace, type Workspace } from "../src/workspace.ts";

/** An empty data directory, with characters in its path that a careless program trips over. */
export async function newWorkspace(): Promise<Workspace> {
  return openWorkspace(await mkdtemp(path.join(tmpdir(), "persona data 🦜 ")));
}
