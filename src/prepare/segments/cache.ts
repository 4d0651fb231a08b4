import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import type { ThreadSummary } from "../../handoffs/index.ts";
import { isRunning } from "../../running-process.ts";
import { makePrivateDirectory, writeFileAtomically, writerOf } from "../../workspace.ts";
import type { Labels } from "../redaction/index.ts";
import { type LabelHistory, openLabelHistory } from "./label-history.ts";
import { type Segment, segmentVersion } from "./segment.ts";
import type { ThreadTask } from "./task.ts";

/** Other choices' segments are kept so long, for whoever goes back and forth between two of them; not those of privacy. */
const keptDays = 7;

/** Segments of one persona, tokeniser and set of choices, and the gaps of threads. */
export interface SegmentCache {
  /** The file of a thread's segment: its name follows from everything that the segment depends on. */
  fileOf(task: Omit<ThreadTask, "file">): string;
  /** Counted gaps by the sha256 of a thread. */
  readonly gaps: Map<string, number[]>;
  readonly labels: LabelHistory;
  /** Keeps what this data set uses, and removes the rest. */
  settle(used: Segment[], threads: Set<string>): Promise<void>;
}

/** What segments follow from. */
interface SegmentRequest {
  /** The choices about privacy among it: what was made with others holds what is not wanted any more. */
  privacy: unknown;
  all: unknown;
}

export async function openSegmentCache(
  root: string,
  { privacy, all }: SegmentRequest,
  labels: Labels,
): Promise<SegmentCache> {
  const directory = path.join(root, `${beginningOf(privacy)}${hashOf([segmentVersion, all])}`);
  await makePrivateDirectory(directory);
  const gapsFile = path.join(directory, "gaps.json");
  const gaps = await readGaps(gapsFile);
  const history = await openLabelHistory(directory, labels);

  return {
    gaps,
    labels: history,
    fileOf({ thread, ...task }) {
      return path.join(directory, `${hashOf([...contentOf(thread), task])}.segment`);
    },
    async settle(used, threads) {
      for (const sha256 of gaps.keys()) if (!threads.has(sha256)) gaps.delete(sha256);
      await writeGaps(gapsFile, gaps);
      const kept = new Set([
        gapsFile,
        ...used.flatMap(({ file, summary }) => [file, history.fileOf(summary) ?? file]),
      ]);
      for (const name of await readdir(directory)) {
        const file = path.join(directory, name);
        if (!kept.has(file) && !isBeingWritten(name)) await rm(file, { force: true });
      }
      await removeOld(root, directory);
    },
  };
}

/** What a thread gives to learn follows from these; its title and kind change without a message. */
export function contentOf({ id, sha256, section, title, isGroup }: ThreadSummary): unknown[] {
  return [id, sha256, section, title, isGroup];
}

/** Of the names of all folders with the segments of these choices. */
function beginningOf(privacy: unknown): string {
  return `${hashOf(privacy).slice(0, 8)}-`;
}

export async function removeSegmentsOfOtherPrivacy(root: string, privacy: unknown): Promise<void> {
  const wanted = beginningOf(privacy);
  for (const name of await readdir(root).catch(() => []))
    if (!name.startsWith(wanted)) await rm(path.join(root, name), { recursive: true, force: true });
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 24);
}

function isBeingWritten(name: string): boolean {
  const writer = writerOf(name);
  return writer !== undefined && isRunning(writer);
}

/** A wrong digit would cut every small thread elsewhere, so the counts stand behind their CRC-32. */
async function writeGaps(file: string, gaps: Map<string, number[]>): Promise<void> {
  const counts = JSON.stringify([...gaps]);
  await writeFileAtomically(file, `${crc32(counts)}\n${counts}`);
}

async function readGaps(file: string): Promise<Map<string, number[]>> {
  const [check, counts = ""] = (await readFile(file, "utf8").catch(() => "")).split("\n");
  // What can be counted again is not worth an error.
  return counts !== "" && check === String(crc32(counts)) ? new Map(JSON.parse(counts)) : new Map();
}

async function removeOld(root: string, current: string): Promise<void> {
  for (const name of await readdir(root)) {
    const directory = path.join(root, name);
    if (directory === current) continue;
    const ageMs = Date.now() - (await stat(directory)).mtimeMs;
    if (ageMs > keptDays * 86_400_000) await rm(directory, { recursive: true, force: true });
  }
}
