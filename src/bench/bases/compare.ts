import { rm } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { UserError } from "../../errors.ts";
import { Interval, type Rendering } from "../../handoffs/index.ts";
import { runScript } from "../../python.ts";
import type { Terminal } from "../../terminal.ts";
import { readTokenizerFiles } from "../../tokenizer/index.ts";
import { usualRendering } from "../../transcript/index.ts";
import { asideName, makePrivateDirectory } from "../../workspace.ts";
import { type HeldOut, readHeldOut, writeHeldOut } from "./held-out.ts";

/** Finds a base, as training does, and its tokeniser. */
export type ResolveBase = (
  name: string,
  note: (line: string) => void,
  wanted: { withWeights: true },
) => Promise<{ name: string; revision?: string; tokenizer?: { directory: string } }>;

const Figures = z.object({
  bitsPerByte: Interval,
  /** How far from the first base on the replies that both scored, as a share; null for the first itself. */
  against: Interval.nullable(),
  /** Of words alone. */
  tokensPerByte: z.number(),
  replies: z.int(),
  conversations: z.int(),
  weights: z.int(),
  precision: z.string(),
  loadingSeconds: z.number(),
  seconds: z.number(),
});

/** What `scripts/bench/bases.py` says. */
const BenchEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), done: z.int(), total: z.int() }),
  z.object({ type: z.literal("warning"), message: z.string() }),
  Figures.extend({ type: z.literal("measured") }),
  z.object({ type: z.literal("failed"), reason: z.string(), fix: z.string() }),
]);

/** A base with its figures, or with the reason why there are none. */
export interface MeasuredBase {
  name: string;
  rendering?: Rendering;
  figures?: z.infer<typeof Figures>;
  problem?: string;
}

interface Asked {
  replies: number;
  seconds: number;
  seed: number;
  rendering: "auto" | Rendering;
}

interface Help {
  resolveBase: ResolveBase;
  terminal: Terminal;
}

/** Measures one base after the other; one that cannot be measured does not keep the others from it. */
export async function* compareBases(
  names: string[],
  shards: string,
  asked: Asked,
  help: Help,
): AsyncGenerator<MeasuredBase> {
  const heldOut = await readHeldOut(shards);
  if (heldOut === undefined) {
    throw new UserError(`${shards} holds no data set.`, {
      fix: "Run persona prepare, and pass the folder that it names.",
    });
  }
  const folder = asideName(path.resolve(shards));
  try {
    let first: string | undefined;
    for (const [index, name] of names.entries()) {
      const place = { folder: path.join(folder, String(index)), first };
      const measured = await measureOrExplain(name, heldOut, asked, { ...help, ...place });
      if (measured.figures !== undefined) first ??= scoresIn(place.folder);
      yield measured;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where the folder of a base is, and what the first base scored. */
interface Place {
  folder: string;
  first: string | undefined;
}

async function measureOrExplain(
  name: string,
  heldOut: HeldOut,
  asked: Asked,
  help: Help & Place,
): Promise<MeasuredBase> {
  try {
    return await measureBase(name, heldOut, asked, help);
  } catch (error) {
    const { message } = error as Error;
    return { name, problem: error instanceof UserError ? `${message} ${error.fix}` : firstLine(message) };
  }
}

async function measureBase(
  name: string,
  heldOut: HeldOut,
  { rendering: asked, replies, seconds, seed }: Asked,
  { resolveBase, terminal, folder, first }: Help & Place,
): Promise<MeasuredBase> {
  const base = await resolveBase(name, terminal.note, { withWeights: true });
  if (base.tokenizer === undefined) {
    throw new UserError("Random weights have learned nothing yet.", { fix: "Name a base with weights." });
  }
  const tokenizerDirectory = base.tokenizer.directory;
  const rendering =
    asked === "auto" ? await usualRendering(await readTokenizerFiles(tokenizerDirectory)) : asked;
  await makePrivateDirectory(folder);
  await writeHeldOut(heldOut, { tokenizerDirectory, rendering, out: folder });
  const figures = await score(name, terminal, [
    ...["--shards", folder, "--base", base.name, "--replies", replies, "--seconds", seconds, "--seed", seed],
    ...(base.revision === undefined ? [] : ["--revision", base.revision]),
    ...["--scores", scoresIn(folder)],
    ...(first === undefined ? [] : ["--against", first]),
  ]);
  return { name, rendering, figures };
}

function scoresIn(folder: string): string {
  return path.join(folder, "scores.json");
}

async function score(
  name: string,
  terminal: Terminal,
  words: (string | number)[],
): Promise<z.infer<typeof Figures>> {
  const progress = terminal.progress(name);
  let figures: z.infer<typeof Figures> | undefined;
  let failure: { reason: string; fix: string } | undefined;
  try {
    for await (const line of runScript("bench/bases.py", words.map(String), { onStderr: () => {} })) {
      const event = BenchEvent.parse(line);
      if (event.type === "progress") progress.update(event.done, event.total);
      else if (event.type === "warning") terminal.warn(event.message);
      else if (event.type === "failed") failure = event;
      else figures = Figures.parse(event);
    }
  } catch (error) {
    if (failure === undefined) throw error;
  } finally {
    progress.done();
  }
  if (failure !== undefined) throw new UserError(`${failure.reason}.`, { fix: failure.fix });
  if (figures === undefined) throw new Error("it ended without a result");
  return figures;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
