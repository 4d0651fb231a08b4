import path from "node:path";
import { codeOf } from "../disk-errors.ts";
import { orPassOver, type PassedOver, UserError } from "../errors.ts";
import { type RunRecord, readConversations, readManifest, readRun } from "../handoffs/index.ts";
import { loadTokenizer } from "../tokenizer/index.ts";
import { createTranscript } from "../transcript/index.ts";
import type { Workspace } from "../workspace.ts";
import type { BloomFilter } from "./bloom-filter.ts";
import { Guard } from "./guard.ts";
import { readGuard, writeGuard } from "./guard-file.ts";
import { learnRuns, type Said } from "./learned-runs.ts";

/** A run, as far as it matters what it learned from. */
type Learner = Pick<RunRecord, "id" | "dataset" | "parent">;

/**
 * Makes the guard of a run beside its model, of all words in its data set that it was trained with.
 *
 * @throws UserError when the data set is gone or damaged.
 */
export async function makeGuard(workspace: Workspace, { id, dataset }: Learner): Promise<BloomFilter> {
  const learned = await learnRuns(await conversationsOf(workspace, dataset));
  await writeGuard(workspace, id, dataset, learned);
  return learned;
}

interface GuardOptions {
  /** Told before a guard is made that is missing, which takes a while. */
  onMaking: (run: string) => void;
  /** Told what cannot be guarded, and why. */
  passedOver: PassedOver;
}

/**
 * What keeps a run from repeating what it learned from, and what the runs that it went on from learned from.
 *
 * Undefined where nothing of it can be known.
 */
export async function openGuard(
  workspace: Workspace,
  run: Learner,
  { onMaking, passedOver }: GuardOptions,
): Promise<Guard | undefined> {
  const filters: BloomFilter[] = [];
  for (const learner of await withAncestors(workspace, run, passedOver)) {
    const filter = await orPassOver(openFilter(workspace, learner, onMaking), passedOver);
    if (filter !== undefined) filters.push(filter);
  }
  return filters.length > 0 ? new Guard(filters) : undefined;
}

async function openFilter(
  workspace: Workspace,
  learner: Learner,
  onMaking: (run: string) => void,
): Promise<BloomFilter> {
  const found = await readGuard(workspace, learner.id);
  if (found !== undefined) return found;
  onMaking(learner.id);
  try {
    return await makeGuard(workspace, learner);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined) throw cause;
    throw new UserError(`The guard of run ${learner.id} could not be made (${code}).`, {
      fix: "Look whether its data set is whole, and whether its folder can be written to.",
      cause,
    });
  }
}

/** The run and those it went on from, each data set once. */
async function withAncestors(workspace: Workspace, run: Learner, passedOver: PassedOver): Promise<Learner[]> {
  const learners: Learner[] = [];
  const seen = new Set<string>();
  let next: Learner | undefined = run;
  while (next !== undefined && !seen.has(next.id)) {
    const { dataset, parent }: Learner = next;
    seen.add(next.id);
    if (!learners.some((learner) => learner.dataset === dataset)) learners.push(next);
    next = parent === undefined ? undefined : await orPassOver(readRun(workspace, parent), passedOver);
  }
  return learners;
}

/** The conversations of a data set that are trained on, read anew each time. */
async function conversationsOf(workspace: Workspace, dataset: string): Promise<() => AsyncIterable<Said>> {
  const directory = path.join(workspace.shards, dataset);
  const manifest = await readManifest(directory);
  if (manifest === undefined) {
    throw new UserError(`Data set ${dataset} is gone, so its words are not known any more.`, {
      fix: "persona prepare makes it again, as long as messages and choices are the same.",
    });
  }
  const { persona, rendering } = manifest;
  const tokenizer = await loadTokenizer(directory);
  const transcript = createTranscript({ tokenizer, rendering, persona });
  return async function* () {
    for await (const ids of readConversations(directory, "train", manifest))
      yield transcript.parse(ids).map(({ bubbles }) => bubbles);
  };
}
