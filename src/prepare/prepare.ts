import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isDiskFull } from "../disk-errors.ts";
import { UserError } from "../errors.ts";
import { type MessageStore, readManifest, type ShardManifest } from "../handoffs/index.ts";
import { readTokenizerFiles, type TokenizerFiles, tokenizerFileNames } from "../tokenizer/index.ts";
import { makePrivateDirectory, writeFileAtomically } from "../workspace.ts";
import { type PrepareOptions, portsOf, settingsOf } from "./options.ts";
import { ownTokenizerVersion } from "./own-vocabulary.ts";
import type { Ports } from "./ports.ts";
import { type MadeSegments, type Vocabulary, withSegments } from "./render/index.ts";
import { draftPages } from "./report/index.ts";
import { contentOf, isSegmentGone, removeSegmentsOfOtherPrivacy } from "./segments/index.ts";
import { privacyOf, recordedSettings, type Settings } from "./settings.ts";
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
const shardVersion = 4;
/** Less teaches nothing but its own words. */
const minTrainingTurns = 20;
const maxTries = 5;

/**
 * Turns the message store into the shards of one data set, under an id that follows from everything that went in.
 *
 * Each thread is rendered into a segment of its own, on several worker threads; the segments are then put together in
 * the store's order. Whatever happens on the way, a data set is whole or not there.
 */
export async function prepareShards(options: PrepareOptions): Promise<PreparedShards> {
  const settings = settingsOf(options);
  const ports = portsOf(options);
  const { shards } = ports.workspace;
  const tokenizerFiles = await readTokenizerFiles(settings.tokenizerDirectory);
  const id = idOfDataSet(ports.store, settings, tokenizerFiles);
  const directory = path.join(shards, id);
  const known = await readManifest(directory);
  if (known !== undefined) {
    if (!settings.dryRun) await removeSegmentsOfOtherPrivacy(ports.workspace.segments, privacyOf(settings));
    return { manifest: known, directory, reused: true, renderedThreads: 0 };
  }

  await makePrivateDirectory(shards);
  await removeAbandoned(shards);
  try {
    return await retryWhenSegmentsVanish(() =>
      makeAndPublish(ports, settings, { tokenizerFiles, id, directory }),
    );
  } catch (error) {
    throw explain(error, shards);
  }
}

function idOfDataSet(
  { threads }: MessageStore,
  settings: Settings,
  { sha256, chatTemplate = "" }: TokenizerFiles,
): string {
  // By people, who change without a message too, threads are chosen.
  const contents = threads.map((thread) => [
    ...contentOf(thread),
    thread.people.map(({ name, texts }) => [name, texts]),
  ]);
  const { trainTokenizer } = settings;
  // A trained tokeniser follows from the text, and so from everything else here.
  const training = trainTokenizer === null ? [] : [ownTokenizerVersion, trainTokenizer];
  const request = [shardVersion, contents, sha256, chatTemplate, ...training, recordedSettings(settings)];
  return createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 12);
}

/** Another prepare may remove, or make anew, a segment that this one had found. */
async function retryWhenSegmentsVanish<T>(make: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await make();
    } catch (error) {
      if (!isSegmentGone(error) || tries === maxTries) throw error;
    }
  }
}

async function makeAndPublish(
  ports: Ports,
  settings: Settings,
  { tokenizerFiles, id, directory }: { tokenizerFiles: TokenizerFiles; id: string; directory: string },
): Promise<PreparedShards> {
  return withFolderAside(directory, (aside) =>
    withFolderAside(`${directory}.scratch`, async (scratch) => {
      const vocabulary = await vocabularyOf(ports, settings, { tokenizerFiles, scratch });
      return withSegments(ports, settings, vocabulary, async (made) => {
        const manifest = await makeDataSet(ports.store, settings, { id, vocabulary, made, aside });
        if (!settings.dryRun) {
          await publish(aside, directory);
          await made.settle();
        }
        return { manifest, directory, reused: false, renderedThreads: made.renderedThreads };
      });
    }),
  );
}

/** With a tokeniser of one's own, trains it first. A dry run keeps no segments. */
async function vocabularyOf(
  ports: Ports,
  settings: Settings,
  { tokenizerFiles, scratch }: { tokenizerFiles: TokenizerFiles; scratch: string },
): Promise<Vocabulary> {
  const { dryRun, persona, trainTokenizer } = settings;
  const segmentsDirectory = dryRun ? path.join(scratch, "segments") : ports.workspace.segments;
  const vocabulary = { tokenizerFiles, segmentsDirectory };
  if (trainTokenizer === null) return vocabulary;
  const { trainOwnTokenizer } = await import("./own-tokenizer.ts");
  await trainOwnTokenizer(ports, settings, {
    vocabulary,
    size: trainTokenizer,
    directory: scratch,
    requireEnough: (assembled) => requireEnough(assembled, persona),
  });
  // Another text gives another vocabulary: segments of this one would never be used again.
  return {
    tokenizerFiles: await readTokenizerFiles(scratch),
    segmentsDirectory: path.join(scratch, "own-segments"),
  };
}

interface DataSetParts {
  id: string;
  vocabulary: Vocabulary;
  made: MadeSegments;
  /** Where its files are written. */
  aside: string;
}

/** Writes all of a data set; of a dry run, nothing. */
async function makeDataSet(
  store: MessageStore,
  settings: Settings,
  { id, vocabulary: { tokenizerFiles }, made: { segments, assembleBeside }, aside }: DataSetParts,
): Promise<ShardManifest> {
  const { dryRun, persona } = settings;
  const [assembled, pages] = await assembleBeside(dryRun ? undefined : aside, async () =>
    dryRun ? undefined : draftPages(segments, settings),
  );
  requireEnough(assembled, persona);
  const tokenizer = await tokenizerFiles.load();
  const manifest = manifestOf(id, { segments, assembled, tokenizer, store }, settings);
  if (pages !== undefined) {
    await copyTokenizer(tokenizerFiles.directory, aside);
    await pages.finish({ manifest, directory: aside }, tokenizer);
    await writeFileAtomically(
      path.join(aside, "manifest.json"),
      `${JSON.stringify(manifest, undefined, 2)}\n`,
    );
  }
  return manifest;
}

function requireEnough({ personaTurns: { train, val } }: Assembled, persona: string): void {
  if (train >= minTrainingTurns && val > 0) return;
  if (train >= minTrainingTurns)
    throw new UserError(
      `None of the ${train} turns of "${persona}" is held out, and without any nobody can tell whether a model learns.`,
      {
        fix:
          "Hold out more (prepare.holdOutShare in persona.json, at most 0.5), cut shorter conversations " +
          "(prepare.maxSilenceMinutes), or import more messages.",
      },
    );
  throw new UserError(
    `There is too little to learn from: "${persona}" speaks in ${train} turns for training and ${val} held out; ` +
      `at least ${minTrainingTurns} and 1 are needed.`,
    {
      fix: "Import more messages, leave fewer of them out, or pass another --persona NAME; persona messages lists the people.",
    },
  );
}

async function copyTokenizer(from: string, to: string): Promise<void> {
  for (const name of tokenizerFileNames) {
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
