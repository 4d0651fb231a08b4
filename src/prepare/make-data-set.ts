/** Makes a data set that is not there yet. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import type { MessageStore, ShardManifest } from "../handoffs/index.ts";
import { readTokenizerFiles, type TokenizerFiles, tokenizerFileNames } from "../tokenizer/index.ts";
import { writeFileAtomically } from "../workspace.ts";
import type { Ports } from "./ports.ts";
import { type MadeSegments, type Vocabulary, withSegments } from "./render/index.ts";
import { draftPages } from "./report/index.ts";
import type { Settings } from "./settings.ts";
import { type Assembled, manifestOf, publish, withFolderAside } from "./shards/index.ts";

export interface PreparedShards {
  manifest: ShardManifest;
  directory: string;
  /** True when the same request had been answered before. */
  reused: boolean;
  /** Threads that had to be rendered; those of an earlier data set that are unchanged are used again. */
  renderedThreads: number;
}

/** Less teaches nothing but its own words. */
const minTrainingTurns = 20;

/** Renders what has to be, and puts the data set where it belongs. */
export async function makeAndPublish(
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
      fix: "Import more messages, leave fewer of them out, or name somebody else: persona prepare --persona NAME; persona messages lists the people.",
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
