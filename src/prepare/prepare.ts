import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isDiskFull } from "../disk-errors.ts";
import { UserError } from "../errors.ts";
import { readManifest, type ShardManifest } from "../handoffs/index.ts";
import { builtInTokenizerDirectory, readTokenizerFiles } from "../tokenizer/index.ts";
import { makePrivateDirectory, writeFileAtomically } from "../workspace.ts";
import { type PrepareOptions, type Settings, settingsOf } from "./options.ts";
import { checkVocabularySize, ownTokenizerVersion } from "./own-vocabulary.ts";
import { makeSegments, type SegmentPlan, type SegmentWork, withSegmentWork } from "./render/index.ts";
import { draftPages, type PagesOrder } from "./report/index.ts";
import { contentOf, isSegmentGone, type Segment } from "./segments/index.ts";
import { type Assembled, manifestOf, publish, removeAbandoned, withFolderAside } from "./shards/index.ts";

export interface PreparedShards {
  manifest: ShardManifest;
  directory: string;
  /** True when the same request had been answered before. */
  reused: boolean;
  /** Threads that had to be rendered; those of an earlier data set that are unchanged are used again. */
  renderedThreads: number;
}

/** Raised when what is written changes for the same settings. */
const shardVersion = 3;
/** Less teaches nothing but its own words. */
const minTrainingTurns = 20;
/** Another prepare may remove, or make anew, a segment that this one had found. */
const mostTries = 5;

/**
 * Turns the message store into the shards of one data set, under an id that follows from everything that went in.
 *
 * Each thread is rendered into a segment of its own, on several threads of the machine; the segments are then put
 * together in the store's order. Whatever happens on the way, a data set is whole or not there.
 */
export async function prepareShards(options: PrepareOptions): Promise<PreparedShards> {
  const { workspace, tokenizerDirectory = builtInTokenizerDirectory } = options;
  const settings = settingsOf(options);
  const given = {
    settings,
    tokenizerFiles: await readTokenizerFiles(tokenizerDirectory),
    tokenizerDirectory,
  };
  const id = datasetId(options, given);
  const directory = path.join(workspace.shards, id);
  const known = await readManifest(directory);
  if (known !== undefined) return { manifest: known, directory, reused: true, renderedThreads: 0 };

  await makePrivateDirectory(workspace.shards);
  await removeAbandoned(workspace.shards);
  for (let tries = 1; ; tries++) {
    try {
      const { manifest, renderedThreads } = await makeAndPublish(options, given, { id, directory });
      return { manifest, directory, reused: false, renderedThreads };
    } catch (error) {
      if (!isSegmentGone(error) || tries === mostTries) throw explain(error, workspace.shards);
    }
  }
}

async function makeAndPublish(
  options: PrepareOptions,
  given: Omit<SegmentPlan, "root">,
  { id, directory }: { id: string; directory: string },
): Promise<{ manifest: ShardManifest; renderedThreads: number }> {
  return withFolderAside(directory, (aside) =>
    withFolderAside(`${directory}.scratch`, async (scratch) => {
      const plan = await planOf(options, given, scratch);
      const { settle, ...made } = await withSegmentWork(options, plan, (work) =>
        makeDataset(options, work, { id, aside }),
      );
      if (options.dryRun) return made;
      await publish(aside, directory);
      await settle();
      return made;
    }),
  );
}

function datasetId(
  { store, trainTokenizer }: PrepareOptions,
  { settings, tokenizerFiles }: Omit<SegmentPlan, "root">,
): string {
  // By people, who change without a message too, threads are chosen.
  const threads = store.threads.map((thread) => [
    ...contentOf(thread),
    thread.people.map(({ name, texts }) => [name, texts]),
  ]);
  const given = [tokenizerFiles.sha256, tokenizerFiles.chatTemplate ?? ""];
  // One that is trained follows from the text, and so from everything else here.
  const vocabulary =
    trainTokenizer === undefined
      ? given
      : [...given, ownTokenizerVersion, checkVocabularySize(trainTokenizer)];
  const request = [shardVersion, threads, ...vocabulary, settings];
  return createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 12);
}

/** With a tokeniser of one's own, trains it first. A dry run keeps no segments. */
async function planOf(
  options: PrepareOptions,
  given: Omit<SegmentPlan, "root">,
  scratch: string,
): Promise<SegmentPlan> {
  const { trainTokenizer: size, workspace, dryRun = false } = options;
  const plan = { ...given, root: dryRun ? path.join(scratch, "segments") : workspace.segments };
  if (size === undefined) return plan;
  const { trainOwnTokenizer } = await import("./own-tokenizer.ts");
  await trainOwnTokenizer(options, plan, {
    size,
    directory: scratch,
    requireEnough: (assembled) => requireEnough(assembled, given.settings.persona),
  });
  const own = { tokenizerFiles: await readTokenizerFiles(scratch), tokenizerDirectory: scratch };
  // Another text gives another vocabulary: segments of this one would never be used again.
  return { ...plan, ...own, root: path.join(scratch, "own-segments") };
}

/** Writes all of a data set to `aside`; of a dry run, nothing. */
async function makeDataset(
  options: PrepareOptions,
  work: SegmentWork,
  { id, aside }: { id: string; aside: string },
): Promise<{ manifest: ShardManifest; renderedThreads: number; settle(): Promise<void> }> {
  const { dryRun = false } = options;
  const { settings, tokenizerFiles, pool } = work;
  const { segments, renderedThreads, settle } = await makeSegments(options, work);
  const directory = dryRun ? undefined : aside;
  const [assembled, pages] = await pool.assembleBeside(segments, directory, async () =>
    dryRun ? undefined : draftPages(pagesOrder(segments, options, settings)),
  );
  requireEnough(assembled, settings.persona);
  const tokenizer = await tokenizerFiles.load();
  const manifest = manifestOf(id, segments, assembled, { options, settings, tokenizer });
  if (pages !== undefined) {
    await copyTokenizer(work.tokenizerDirectory, aside);
    await pages.finish({ manifest, directory: aside }, tokenizer);
    await writeFileAtomically(
      path.join(aside, "manifest.json"),
      `${JSON.stringify(manifest, undefined, 2)}\n`,
    );
  }
  return { manifest, renderedThreads, settle };
}

function pagesOrder(
  segments: Segment[],
  { showNames = true }: PrepareOptions,
  { persona, timeZone }: Settings,
): PagesOrder {
  return { segments: segments.map(({ file, check }) => ({ file, check })), persona, timeZone, showNames };
}

function requireEnough({ personaTurns: { train, val } }: Assembled, persona: string): void {
  if (train >= minTrainingTurns && val > 0) return;
  if (train >= minTrainingTurns)
    throw new UserError(
      `None of the ${train} turns of "${persona}" is held out, and without any nobody can tell whether a model learns.`,
      { fix: "Raise --hold-out, cut shorter conversations with --max-silence, or import more messages." },
    );
  throw new UserError(
    `There is too little to learn from: "${persona}" speaks in ${train} turns for training and ${val} held out; ` +
      `at least ${minTrainingTurns} and 1 are needed.`,
    {
      fix: "Import more messages, leave fewer of them out, or check the name with persona messages and pass --persona NAME.",
    },
  );
}

async function copyTokenizer(from: string, to: string): Promise<void> {
  for (const name of [
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "special_tokens_map.json",
  ]) {
    if (!existsSync(path.join(from, name))) continue;
    // Not `copyFile`: it would copy the permissions too.
    await writeFileAtomically(path.join(to, name), await readFile(path.join(from, name)));
  }
}

function explain(error: unknown, directory: string): unknown {
  if (!isDiskFull(error)) return error;
  return new UserError(`The disk of ${directory} is full; no data set was written.`, {
    fix: "Free some space, or choose another disk with --data DIR, and run persona prepare again.",
    cause: error,
  });
}
