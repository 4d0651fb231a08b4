/** Imports files that a test writes, and tells what came of them. */
import path from "node:path";
import type { Message } from "../../src/handoffs/index.ts";
import { type ImportReport, importExports } from "../../src/ingest/index.ts";
import { openWorkspace, type Workspace } from "../../src/workspace.ts";
import { type ExportFiles, writeFolder, writeZip } from "./export-writer.ts";
import { newFolder } from "./found-things.ts";
import { storedMessages } from "./stored-messages.ts";

export interface Imported {
  report: ImportReport;
  workspace: Workspace;
  messages: Message[];
  /** `sender: text` of everything that is words, thread by thread, oldest first. */
  words: string[];
}

interface Options {
  persona?: string[];
  dateOrder?: string;
  /** Of an earlier import. */
  workspace?: Workspace;
}

export async function importPaths(
  paths: string[],
  { workspace, ...options }: Options = {},
): Promise<Imported> {
  const into = workspace ?? openWorkspace(await newFolder());
  const report = await importExports(paths, { workspace: into, ...options });
  const messages = await storedMessages(into);
  const words = messages
    .filter(({ kind }) => kind === "text")
    .map(({ sender, text }) => `${sender}: ${text}`);
  return { report, workspace: into, messages, words };
}

/** Imports a folder with these files. */
export async function importFiles(
  files: Record<string, string | Buffer>,
  options?: Options,
): Promise<Imported> {
  return importPaths([await folderOf(files)], options);
}

export async function folderOf(files: Record<string, string | Buffer> | ExportFiles): Promise<string> {
  return writeFolder(await newFolder(), asMap(files));
}

/** Zips by name, in a folder of their own. */
export async function zipsOf(
  zips: Record<string, Record<string, string | Buffer> | ExportFiles>,
): Promise<string[]> {
  const folder = await newFolder();
  const written = Object.entries(zips).map(([name, files]) =>
    writeZip(path.join(folder, name), asMap(files)),
  );
  return Promise.all(written);
}

function asMap(files: Record<string, string | Buffer> | ExportFiles): ExportFiles {
  return files instanceof Map ? files : new Map(Object.entries(files));
}
