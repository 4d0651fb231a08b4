import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectRoot } from "../src/project.ts";
import { openWorkspace, type Workspace } from "../src/workspace.ts";

/** An empty data directory, with characters in its path that a careless program trips over. */
export async function newWorkspace(): Promise<Workspace> {
  return openWorkspace(await mkdtemp(path.join(tmpdir(), "persona data 🦜 ")));
}

/** A data directory of an earlier version, with its messages, data sets and finished runs. */
export async function oldWorkspace(): Promise<Workspace> {
  const workspace = await newWorkspace();
  await cp(path.join(projectRoot, "test", "fixtures", "old-data", "data"), workspace.root, {
    recursive: true,
  });
  return workspace;
}
