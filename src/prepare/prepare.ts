import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import type { MessageStore, ShardManifest } from "../handoffs.ts";
import { isRunning } from "../running-process.ts";
import { builtInTokenizerDirectory, readTokenizerFiles, type TokenizerFiles } from "../tokenizer.ts";
import { makePrivateDirectory, writeFileAtomically } from "../workspace.ts";
import { type Assembled, assembleShards, type Segment } from "./assemble.ts";
import { manifestOf } from "./describe.ts";
import { makeSegments } from "./make-segments.ts";
import { readManifest } from "./manifest.ts";
import { type PrepareOptions, type Settings, settingsOf } from "./options.ts";
import type { PagesOrder } from "./pages.ts";
import { labelsFor } from "./privacy.ts";
import { tokenArrayOf } from "./render-thread.ts";
import { openThreadWork } from "./thread-work.ts";

export interface PreparedShards {
  manifest: ShardManifest;
  directory: string;
  /** True when the same request had been answered before. */
  reused: boolean;
  /** Threads that had to be rendered; those of an earlier data set that are unchanged are used again. */
  renderedThreads: number;
}

/** Raised when what is written changes for the same settings. */
const shardVersion = 2;
/** Less teaches nothing but its own words. */
const minTrainingTurns = 20;

/**
 * Turns the message store into the shards of one data set, under an id that follows from everything that went in.
 *
 * Each thread is rendered into a segment of its own, on several threads of the machine; the segments are then put
 * together in the store's order. Whatever happens on the way, a data set is whole or not there.
 */
export async function prepareShards(options: PrepareOptions): Promise<PreparedShards> {
  const { store, workspace, tokenizerDirectory = builtInTokenizerDirectory, dryRun = false } = options;
  const settings = settingsOf(options);
  const tokenizerFiles = await readTokenizerFiles(tokenizerDirectory);
  const id = datasetId(store, tokenizerFiles, settings);
  const directory = path.join(workspace.shards, id);
  const known = await readManifest(directory);
  if (known !== undefined) return { manifest: known, directory, reused: true, renderedThreads: 0 };

  await makePrivateDirectory(workspace.shards);
  await removeAbandoned(workspace.shards);
  const aside = `${directory}.${process.pid}.tmp`;
  await makePrivateDirectory(aside);
  const labels = await labelsFor(store, settings, tokenizerFiles);
  const threadWork = openThreadWork(options, settings, { tokenizerFiles, tokenizerDirectory, labels });
  try {
    const work = { settings, tokenizerFiles, labels, threadWork, scratch: aside };
    const { segments, renderedThreads, settle } = await makeSegments(options, work);
    const pages = dryRun ? undefined : threadWork.draftPages(pagesOrder(segments, options, settings));
    const tokenizer = await tokenizerFiles.load();
    const assembled = await assembleShards(segments, {
      directory: dryRun ? undefined : aside,
      Tokens: tokenArrayOf(tokenizer),
      signal: options.signal,
    });
    requireEnough(assembled, settings.persona);
    const manifest = manifestOf(id, segments, assembled, { options, settings, tokenizer });
    if (pages !== undefined) {
      await copyTokenizer(tokenizerDirectory, aside);
      await pages.finish({ manifest, directory: aside });
      await writeFileAtomically(
        path.join(aside, "manifest.json"),
        `${JSON.stringify(manifest, undefined, 2)}\n`,
      );
      await rename(aside, directory);
      await settle();
    }
    return { manifest, directory, reused: false, renderedThreads };
  } catch (error) {
    throw explain(error, workspace.shards);
  } finally {
    await threadWork.close();
    await rm(aside, { recursive: true, force: true });
  }
}

function pagesOrder(
  segments: Segment[],
  { showNames = true }: PrepareOptions,
  { persona, timeZone }: Settings,
): PagesOrder {
  return { files: segments.map(({ file }) => file), persona, timeZone, showNames };
}

function datasetId(store: MessageStore, tokenizer: TokenizerFiles, settings: Settings): string {
  const threads = store.threads.map(({ id, sha256, section }) => [id, sha256, section]);
  const request = [shardVersion, threads, tokenizer.sha256, tokenizer.chatTemplate ?? "", settings];
  return createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 12);
}

/** Removes what processes that are gone were writing. */
async function removeAbandoned(shards: string): Promise<void> {
  await mkdir(shards, { recursive: true, mode: 0o700 });
  for (const name of await readdir(shards)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(path.join(shards, name), { recursive: true, force: true });
  }
}

function requireEnough({ personaTurns: { train, val } }: Assembled, persona: string): void {
  if (train >= minTrainingTurns && val > 0) return;
  throw new UserError(
    `There is too little to learn from: "${persona}" speaks in ${train} turns for training and ${val} held out; ` +
      `at least ${minTrainingTurns} and 1 are needed.`,
    { fix: "Import more messages, or check the name with persona messages and pass --persona NAME." },
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
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT" && code !== "EFBIG") return error;
  return new UserError(`The disk of ${directory} is full; no data set was written.`, {
    fix: "Free some space, or choose another disk with --data DIR, and run persona prepare again.",
    cause: error,
  });
}
