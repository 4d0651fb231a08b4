import { createHash } from "node:crypto";
import { didYouMean, didYouMeanOneOf } from "../closest-names.ts";
import { UserError } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import { defaultArchiveLimits } from "./archives/index.ts";
import {
  addErased,
  createForgotten,
  createTombstones,
  type EarlierName,
  nameLetters,
  nothingErased,
  readEarlierNames,
  writeEarlierNames,
} from "./forgotten/index.ts";
import {
  finishUpdate,
  joinThreads,
  readIndex,
  type StoredThread,
  type StoreIndex,
  StoreUpdate,
  withStoreLock,
} from "./store/index.ts";
import { runJobs, type ThreadResult } from "./threads/index.ts";
import { countWhatStays, type WhatStays } from "./what-stays.ts";

interface ForgetOptions {
  workspace: Workspace;
  /** As the store spells it, or spelled it before. */
  name: string;
  onProgress?: (threads: number, total: number) => void;
  /** Deals with what was made of these threads, whose words are still there: what is killed after that is done again. */
  beforeErasing?: (changedThreads: string[]) => Promise<void>;
  signal?: AbortSignal;
}

interface ForgetReport {
  /** Messages that were theirs. */
  erased: number;
  /** Ids of threads, as later stages know them, that hold something else now: their words, reactions or name stood there. */
  changedThreads: string[];
  stays: WhatStays;
}

interface PersonInStore {
  /** The name that they have there. */
  person: string;
  /** Other spellings of it, which are taken for the same person. */
  spellings: string[];
  texts: number;
  threads: number;
}

/** How much of the store one person is, before it is asked whether to erase it. */
export async function countMessagesOf(workspace: Workspace, name: string): Promise<PersonInStore> {
  const { index, person } = await findPerson(workspace, name);
  const forgotten = createForgotten(createTombstones(person, index))("");
  const threads = index.threads.map(({ people }) => people.filter((one) => forgotten.has(one.name)));
  const own = threads.flat();
  return {
    person,
    spellings: [...new Set(own.map(({ name }) => name))].filter((name) => name !== person),
    texts: own.reduce((sum, { texts }) => sum + texts, 0),
    threads: threads.filter(({ length }) => length > 0).length,
  };
}

/**
 * Erases a person: their messages, their reactions, and their full name wherever it stands.
 *
 * A tombstone stays, so that no later import brings them back. Every thread is written anew; the index changes hands at
 * the end, and the old files go.
 */
export async function forgetPerson(options: ForgetOptions): Promise<ForgetReport> {
  return withStoreLock(options.workspace, "forgetting a person", () => runForget(options));
}

async function runForget({
  workspace,
  name,
  onProgress,
  beforeErasing,
  signal,
}: ForgetOptions): Promise<ForgetReport> {
  const { index, person, earlierNames } = await findPerson(workspace, name);
  const { owner, erased = nothingErased() } = index;
  const before = earlierNames.filter(({ to }) => to === person);
  const forgotten = [
    ...index.forgotten,
    ...createTombstones(person, { owner }),
    ...before.flatMap(({ from, thread }) => createTombstones(from, { thread, owner })),
  ];
  const stays = await countWhatStays(workspace, index.threads, {
    person,
    forgotten: createForgotten(forgotten)(""),
  });
  const settings = {
    workspace,
    owner,
    owners: [],
    renames: {},
    tombstones: forgotten,
    erased,
    wholeFileBytes: defaultArchiveLimits.wholeFileBytes,
    asOf: [],
  };
  const names = [person, ...before.map(({ from }) => from)];
  const jobs = index.threads.map((stored) => ({
    id: idWithoutNames(stored, names, erased.salt),
    parts: [],
    known: [{ stored, shiftMs: 0 }],
  }));
  const update = new StoreUpdate(workspace);
  const results: ThreadResult[] = [];
  await runJobs(jobs, settings, {
    onResult(result) {
      if (result.stored !== undefined) update.place(result.stored);
      results.push(result);
      onProgress?.(results.length, jobs.length);
    },
    signal,
  });
  const changed = changedThreads(index, update.threads);
  await beforeErasing?.(changed);
  const { threads } = await update.publish({
    ...index,
    forgotten,
    erased: addErased(erased, results),
  });
  await writeEarlierNames(
    workspace,
    earlierNames.filter((each) => !before.includes(each)),
  );
  return {
    erased: countEntries(index.threads) - countEntries(threads),
    changedThreads: changed,
    stays,
  };
}

/** Earlier versions made ids of names, which can be guessed: those of a person who is forgotten are made anew. */
function idWithoutNames({ id, title, people }: StoredThread, names: string[], salt: string): string {
  const everyone = people.map(({ name }) => name).sort();
  const [, network, hash] = /^(e2ee|whatsapp|instagram)-([0-9a-f]{16})(?:-\d+)?$/.exec(id) ?? [];
  const isOfName =
    [...names, title, everyone.join("\u0000")].some((name) => hashOf(name) === hash) &&
    names.some((name) => title.includes(name) || everyone.includes(name));
  return isOfName ? `${network}-${hashOf(`${salt}${id}`)}` : id;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** A person by the name they have in the store, or had before, or by its letters where only one has them. */
async function findPerson(
  workspace: Workspace,
  typed: string,
): Promise<{ index: StoreIndex; person: string; earlierNames: EarlierName[] }> {
  const index = await readIndex(workspace);
  if (index === undefined) {
    throw new UserError(`There are no messages in ${workspace.messages} yet.`, {
      fix: "There is nobody to forget.",
    });
  }
  const name = typed.normalize("NFC");
  if (name === index.owner) {
    throw new UserError("That is you: the messages in the store are your export.", {
      fix: `To erase everything, delete ${workspace.messages}.`,
    });
  }
  const everyone = new Set(index.threads.flatMap(({ people }) => people.map((person) => person.name)));
  // What an interrupted forgetting left would be taken for somebody's names.
  await finishUpdate(workspace, index);
  const earlierNames = await readEarlierNames(workspace);
  if (everyone.has(name)) return { index, person: name, earlierNames };
  const [current, ...others] = new Set(earlierNames.flatMap(({ from, to }) => (from === name ? [to] : [])));
  if (current !== undefined && others.length === 0) return { index, person: current, earlierNames };
  const letters = nameLetters(name);
  const [alike, ...rivals] = [...everyone].filter(
    (each) => each !== index.owner && letters !== "" && nameLetters(each) === letters,
  );
  if (current === undefined && alike !== undefined && rivals.length === 0)
    return { index, person: alike, earlierNames };
  if (current === undefined && createForgotten(index.forgotten)("").has(name)) {
    throw new UserError(`"${typed}" is forgotten already.`, {
      fix: "There is nothing left to do: later imports leave them out.",
    });
  }
  const offer = current === undefined ? didYouMean(typed, everyone) : didYouMeanOneOf([current, ...others]);
  throw new UserError(`Nobody in the store is called "${typed}".`, {
    fix: offer ?? "persona messages lists the people.",
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
