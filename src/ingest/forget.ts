import path from "node:path";
import { closestNames } from "../closest-names.ts";
import { UserError } from "../errors.ts";
import { withLock } from "../lock-file.ts";
import type { Workspace } from "../workspace.ts";
import { defaultArchiveLimits } from "./archives/index.ts";
import {
  createTombstone,
  joinThreads,
  readIndex,
  type StoredThread,
  type StoreIndex,
  StoreUpdate,
} from "./store/index.ts";
import { runJobs } from "./threads/index.ts";

interface ForgetOptions {
  workspace: Workspace;
  /** As the store spells it. */
  name: string;
  onProgress?: (threads: number, total: number) => void;
  signal?: AbortSignal;
}

interface ForgetReport {
  /** Messages that were theirs. */
  erased: number;
  /** Ids of threads, as later stages know them, that hold something else now: their words, reactions or name stood there. */
  changedThreads: string[];
}

/** How much of the store one person is, before it is asked whether to erase it. */
export async function countMessagesOf(
  workspace: Workspace,
  name: string,
): Promise<{ texts: number; threads: number }> {
  const { threads } = await openIndex(workspace, name);
  const own = threads.flatMap(({ people }) =>
    people.filter((person) => person.name === name.normalize("NFC")),
  );
  return { texts: own.reduce((sum, { texts }) => sum + texts, 0), threads: own.length };
}

/**
 * Erases a person: their messages, their reactions, and their full name wherever it stands.
 *
 * A tombstone stays, so that no later import brings them back. Every thread is written anew; the index changes hands at
 * the end, and the old files go.
 */
export async function forgetPerson(options: ForgetOptions): Promise<ForgetReport> {
  const { messages } = options.workspace;
  return withLock(path.join(messages, "import.lock"), "forgetting a person", () => runForget(options));
}

async function runForget({ workspace, name, onProgress, signal }: ForgetOptions): Promise<ForgetReport> {
  const index = await openIndex(workspace, name);
  const forgotten = [...index.forgotten, createTombstone(name)];
  const settings = {
    workspace,
    owner: index.owner,
    owners: [],
    renames: {},
    tombstones: forgotten,
    wholeFileBytes: defaultArchiveLimits.wholeFileBytes,
    asOf: [],
  };
  const jobs = index.threads.map((stored) => ({ id: stored.id, parts: [], known: [{ stored, shiftMs: 0 }] }));
  const update = new StoreUpdate(workspace);
  let done = 0;
  await runJobs(jobs, settings, {
    onResult({ stored }) {
      if (stored !== undefined) update.place(stored);
      onProgress?.(++done, jobs.length);
    },
    signal,
  });
  const { threads } = await update.publish({ ...index, forgotten });
  return {
    erased: countEntries(index.threads) - countEntries(threads),
    changedThreads: changedThreads(index, threads),
  };
}

async function openIndex(workspace: Workspace, name: string): Promise<StoreIndex> {
  const index = await readIndex(workspace);
  if (index === undefined) {
    throw new UserError(`There are no messages in ${workspace.messages} yet.`, {
      fix: "There is nobody to forget yet.",
    });
  }
  if (name.normalize("NFC") === index.owner) {
    throw new UserError("That is you: the messages in the store are your export.", {
      fix: `To erase everything, delete ${workspace.messages}.`,
    });
  }
  const everyone = new Set(index.threads.flatMap(({ people }) => people.map((person) => person.name)));
  if (everyone.has(name.normalize("NFC"))) return index;
  const offers = closestNames(name, everyone).map((offer) => `"${offer}"`);
  throw new UserError(`Nobody in the store is called "${name}".`, {
    fix: offers.length > 0 ? `Did you mean ${offers.join(" or ")}?` : "persona messages lists the people.",
  });
}

function countEntries(threads: StoredThread[]): number {
  return threads.reduce((sum, { entries }) => sum + entries, 0);
}

function changedThreads({ threads, owner }: StoreIndex, after: StoredThread[]): string[] {
  const now = new Set(after.map(contentOf));
  return joinThreads(threads, owner)
    .filter(({ files }) => files.some((file) => !now.has(contentOf(file))))
    .map(({ summary }) => summary.id);
}

/** A title may name somebody of whom there is nothing in the thread itself. */
function contentOf({ id, sha256, title }: StoredThread): string {
  return JSON.stringify([id, sha256, title]);
}
