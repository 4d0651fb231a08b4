/** What hostile inputs are made of: a good export of two messages, and something beside it. Everybody is invented. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type ExportFiles, facebookJson, writeFolder } from "../export-writer.ts";
import { type HostileEntry, type ZipMistakes, zipBytes } from "./zip-writer.ts";

/**
 * `refused`: a problem and its fix, and the store as it was. `warned`: the good part is in and the report shows the rest.
 * `imported`: the good part is in, and there may be nothing to say.
 */
export type Outcome = "refused" | "warned" | "imported";

export interface HostileInput {
  name: string;
  /** Writes the input into an empty folder and returns what to import. */
  make(directory: string): Promise<string[]>;
  outcome: Outcome;
  /** Texts that are in the store when it was not refused. */
  good: string[];
  /** Texts that may be there too, in whole or in part. */
  maybe?: string[];
  limits?: { wholeFileBytes?: number; ratio?: number; totalBytes?: number };
  /** A word that the fix holds. */
  fix?: RegExp;
}

export const owner = "Ana Lima";
export const friend = "Ben Reis";
export const root = "your_facebook_activity/messages";
export const hostileFile = `${root}/inbox/eva_9/message_1.json`;
export const goodWords = ["secretword one", "secretword two"];
export const evilWord = "secretword evil";
export const start = 1_600_000_000_000;

export function goodFiles(): ExportFiles {
  return new Map([
    [
      "personal_information/profile_information/profile_information.json",
      facebookJson({ profile_v2: { name: { full_name: owner } } }),
    ],
    [
      `${root}/inbox/ben_1/message_1.json`,
      facebookJson(threadOf([text(owner, goodWords[1] ?? "", 2), text(friend, goodWords[0] ?? "", 1)])),
    ],
  ]);
}

export function goodEntries(): HostileEntry[] {
  return [...goodFiles()].map(([name, data]) => ({ name, data }));
}

export function threadOf(messages: unknown[]) {
  return {
    participants: [{ name: friend }, { name: owner }],
    messages,
    title: friend,
    is_still_participant: true,
    thread_path: "inbox/eva_9",
    magic_words: [],
  };
}

export function text(sender: string, content: string, minute = 3) {
  return { sender_name: sender, timestamp_ms: start + minute * 60_000, content };
}

export function evilThread(): string {
  return facebookJson(threadOf([text(friend, evilWord, 5), text(owner, evilWord, 4)]));
}

/** A message whose text is the given JSON. */
export function raw(json: string): string {
  return `{"sender_name":"${friend}","timestamp_ms":${start + 5},"content":${json}}`;
}

/** The good export and something beside it, written by `make`. */
export function row(
  name: string,
  make: HostileInput["make"],
  outcome: Outcome,
  maybe: string[] = [],
): HostileInput {
  return { name, make, outcome, good: goodWords, maybe };
}

/** The good export as a folder, with one more file. */
export function fileRow(name: string, content: string | Buffer, outcome: Outcome, maybe?: string[]) {
  const files = new Map([...goodFiles(), [hostileFile, content]]);
  return row(name, async (directory) => [await writeFolder(directory, files)], outcome, maybe);
}

/** A thread with hostile messages, given as JSON, between two good ones. */
export function messagesRow(
  name: string,
  messages: string[],
  outcome: Outcome,
  maybe: string[] = [],
  participants: unknown = [{ name: friend }, { name: owner }],
): HostileInput {
  const all = [
    JSON.stringify(text(friend, "after", 9)),
    ...messages,
    JSON.stringify(text(owner, "before", -9)),
  ];
  const json = `{"participants":${JSON.stringify(participants)},"messages":[${all.join(",")}],"title":"${friend}"}`;
  return { ...fileRow(name, json, outcome, maybe), good: [...goodWords, "before", "after"] };
}

export function zipRow(name: string, entries: HostileEntry[], outcome: Outcome, maybe?: string[]) {
  return row(name, (directory) => zipFile(directory, [...entries, ...goodEntries()]), outcome, maybe);
}

export function refusedZip(name: string, bytes: Buffer, fix: RegExp): HostileInput {
  return {
    name,
    outcome: "refused",
    good: [],
    fix,
    make: async (directory) => {
      await writeFile(path.join(directory, "export.zip"), bytes);
      return [path.join(directory, "export.zip")];
    },
  };
}

export async function zipFile(
  directory: string,
  entries: HostileEntry[],
  mistakes: ZipMistakes = {},
): Promise<string[]> {
  const file = path.join(directory, "export.zip");
  await writeFile(file, zipBytes(entries, mistakes));
  return [file];
}
