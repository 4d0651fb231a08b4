import { createHash } from "node:crypto";
import path from "node:path";
import { isDiskFull } from "../disk-errors.ts";
import { UserError } from "../errors.ts";
import { type MessageStore, readManifest } from "../handoffs/index.ts";
import { readTokenizerFiles, type TokenizerFiles } from "../tokenizer/index.ts";
import { makePrivateDirectory } from "../workspace.ts";
import type { PreparedShards } from "./make-data-set.ts";
import { type PrepareOptions, portsOf, settingsOf } from "./options.ts";
import { ownTokenizerVersion } from "./own-vocabulary.ts";
import { contentOf, isSegmentGone, removeSegmentsOfOtherPrivacy } from "./segments/index.ts";
import { privacyOf, recordedSettings, type Settings } from "./settings.ts";
import { removeAbandoned } from "./shards/index.ts";

/** Raised when what is written changes for the same settings. */
const shardVersion = 4;
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
  // Before anything that may fail: what is not wanted any more is not to wait for a data set that can be made.
  if (!settings.dryRun) await removeSegmentsOfOtherPrivacy(ports.workspace.segments, privacyOf(settings));
  const { shards } = ports.workspace;
  const tokenizerFiles = await readTokenizerFiles(settings.tokenizerDirectory);
  const id = idOfDataSet(ports.store, settings, tokenizerFiles);
  const directory = path.join(shards, id);
  const known = await readManifest(directory);
  if (known !== undefined) return { manifest: known, directory, reused: true, renderedThreads: 0 };

  await makePrivateDirectory(shards);
  await removeAbandoned(shards);
  try {
    // Most of the program: when the data set is there, it is not needed.
    const { makeAndPublish } = await import("./make-data-set.ts");
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

function explain(error: unknown, directory: string): unknown {
  if (!isDiskFull(error)) return error;
  return new UserError(`The disk of ${directory} is full; no data set was written.`, {
    fix: "Free some space, or choose another disk with --data DIR, and run persona prepare again.",
    cause: error,
  });
}
