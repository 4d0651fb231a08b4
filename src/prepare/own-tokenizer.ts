import { once } from "node:events";
import { PassThrough } from "node:stream";
import { UserError } from "../errors.ts";
import { ensurePython, runScriptToEnd, ScriptError } from "../python.ts";
import type { Tokenizer } from "../tokenizer/index.ts";
import type { Ports } from "./ports.ts";
import { type Vocabulary, withSegments } from "./render/index.ts";
import { tokenArrayOf } from "./segments/index.ts";
import type { Settings } from "./settings.ts";
import {
  type Assembled,
  assembleShards,
  openShardWriters,
  type ShardWriter,
  type ShardWriters,
  type TokenSlice,
} from "./shards/index.ts";

interface TokenizerTraining {
  /** The other tokeniser. */
  vocabulary: Vocabulary;
  /** Ids of the new one. */
  size: number;
  directory: string;
  /** Throws where there is too little to learn from. */
  requireEnough(assembled: Assembled): void;
}

/**
 * Trains a tokeniser on what a data set teaches, and writes it to `directory`.
 *
 * Its text is that of the training split, made with another tokeniser first: masked, without people who opted out, what
 * is held out and what repeats it. What is not in `train.bin` cannot be in the vocabulary.
 */
export async function trainOwnTokenizer(
  ports: Ports,
  settings: Settings,
  { vocabulary, size, directory, requireEnough }: TokenizerTraining,
): Promise<void> {
  await ensurePython(ports.note);
  const { segments, settle } = await withSegments(ports, settings, vocabulary, async (made) => made);
  const tokenizer = await vocabulary.tokenizerFiles.load();
  const text = new PassThrough();
  const send = async () => {
    const writers = textWriters(text, tokenizer, await openShardWriters(undefined));
    const Tokens = tokenArrayOf(tokenizer);
    requireEnough(await assembleShards(segments, { writers, Tokens, signal: ports.signal }));
    text.end();
  };
  await runTrainer(text, send, ["--size", String(size), "--out", directory]);
  await settle();
}

/** Runs the trainer while `send` writes to `text`; whichever fails ends the other. */
async function runTrainer(text: PassThrough, send: () => Promise<void>, args: string[]): Promise<void> {
  const stop = new AbortController();
  const training = runScriptToEnd("train_tokenizer.py", args, { input: text, signal: stop.signal })
    .catch((error) => {
      throw explain(error);
    })
    .finally(() => text.destroy());
  const sending = send().catch((error) => {
    stop.abort();
    throw error;
  });
  // Why the trainer failed says more than that it could not be written to.
  for (const outcome of await Promise.allSettled([training, sending]))
    if (outcome.status === "rejected") throw outcome.reason;
}

function explain(error: unknown): unknown {
  if (!(error instanceof ScriptError)) return error;
  return new UserError(`No tokeniser was trained: ${error.message}`, {
    fix: "Where memory ran out, ask for fewer ids or close other programs; persona doctor says whether the Python environment is whole.",
    cause: error,
  });
}

/** Writes the conversations of training as text, and counts everything as `counters` do. */
function textWriters(text: PassThrough, tokenizer: Tokenizer, counters: ShardWriters): ShardWriters {
  const train: ShardWriter = {
    write(slices: TokenSlice[], turnStarts, personaBubbles) {
      counters.train.write(slices, turnStarts, personaBubbles);
      for (const { tokens } of slices) text.write(tokenizer.decode(tokens));
    },
    close: () => counters.train.close(),
    abandon: () => counters.train.abandon(),
  };
  const gone = new AbortController();
  text.once("close", () => gone.abort());
  return {
    train,
    val: counters.val,
    async drained() {
      if (text.writableNeedDrain) await once(text, "drain", { signal: gone.signal }).catch(() => {});
      if (text.destroyed)
        throw new Error("The training of the tokeniser ended before it had read everything.");
    },
  };
}
