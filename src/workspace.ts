import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/** Where things lie under one data directory. */
export interface Workspace {
  root: string;
  messages: string;
  /** Names that people had before. */
  namesFile: string;
  shards: string;
  /** Rendered threads, so that a data set is made again quickly; may be deleted at any time. */
  segments: string;
  runs: string;
  /** GGUF files of bases, each shared by the runs whose adapters are laid over it. */
  bases: string;
  /** Instruction models that were fetched. */
  models: string;
  /** Which runs were asked for together, and how they compared. */
  sweeps: string;
  redis: string;
  /** Which run the persona answers with. */
  servingFile: string;
  /** A lock of each process that computes replies. */
  serving: string;
  /** What a serving persona remembers, a file a conversation. */
  conversations: string;
  /** What the bot knows of accounts on Discord between restarts. */
  discordFile: string;
  /** What the persona is up to, in its owner's words. */
  noteFile: string;
  /** What programs must know to talk to the persona over HTTP. */
  tokenFile: string;
  /** What people said of hidden answers. */
  votesFile: string;
}

export function openWorkspace(root: string): Workspace {
  const absolute = path.resolve(root);
  return {
    root: absolute,
    messages: path.join(absolute, "messages"),
    namesFile: path.join(absolute, "names.json"),
    shards: path.join(absolute, "shards"),
    segments: path.join(absolute, "segments"),
    runs: path.join(absolute, "runs"),
    bases: path.join(absolute, "bases"),
    models: path.join(absolute, "models"),
    sweeps: path.join(absolute, "sweeps"),
    redis: path.join(absolute, "redis"),
    servingFile: path.join(absolute, "serving.json"),
    serving: path.join(absolute, "serving"),
    conversations: path.join(absolute, "conversations"),
    discordFile: path.join(absolute, "discord.json"),
    noteFile: path.join(absolute, "note.json"),
    tokenFile: path.join(absolute, "http-token"),
    votesFile: path.join(absolute, "votes.jsonl"),
  };
}

/** Makes a directory, and those above it, readable by this user alone. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
}

/**
 * Writes a file aside, flushes it, and renames it: a reader sees the old content or the new, never a part.
 *
 * The file is readable by this user alone.
 */
export async function writeFileAtomically(file: string, content: string | Uint8Array): Promise<void> {
  await makePrivateDirectory(path.dirname(file));
  const aside = asideName(file);
  try {
    const handle = await open(aside, "wx", 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** A name beside `file` that no other process uses and that no reader takes for the real one. */
export function asideName(file: string): string {
  return `${file}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
}

/** The process that chose a name with `asideName`; undefined for every other name. */
export function writerOf(name: string): number | undefined {
  // Earlier versions named folders by the process alone.
  const [, pid] = /\.(\d+)\.(?:[0-9a-f]{8}\.)?tmp$/.exec(name) ?? [];
  return pid === undefined ? undefined : Number(pid);
}
