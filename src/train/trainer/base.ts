import path from "node:path";
import * as z from "zod";
import { UserError } from "../../errors.ts";
import { runScript } from "../../python.ts";
import { builtInTokenizerDirectory, builtInTokenizerName } from "../../tokenizer/index.ts";

/** A base model, and what shards for it are made with. */
export interface ResolvedBase {
  /** What the trainer is told. */
  name: string;
  revision?: string;
  /** Undefined where any tokeniser will do. */
  tokenizer?: { name: string; directory: string };
  /** A preset too large for all its weights: adapters are trained, unless one asks for the rest. */
  lora?: true;
}

/** GPT-2's family shares one tokeniser, which is on every machine: its weights are only needed by the trainer. */
const gpt2Family = /^(?:openai-community\/)?gpt2(?:-medium|-large|-xl)?$/;

const Resolved = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("resolved"),
    name: z.string(),
    directory: z.string(),
    revision: z.string().nullable(),
    lora: z.boolean(),
  }),
  z.object({ type: z.literal("failed"), reason: z.string(), fix: z.string() }),
]);

interface Wanted {
  /** Random weights are no advice where the base is not found. */
  withWeights?: boolean;
}

/** Finds a base by preset, hub id or directory; downloads one that is not a GPT-2 on first need. */
export async function resolveBase(
  name: string,
  note?: (line: string) => void,
  wanted: Wanted = {},
): Promise<ResolvedBase> {
  if (gpt2Family.test(name)) {
    return {
      name,
      tokenizer: { name: builtInTokenizerName, directory: builtInTokenizerDirectory },
    };
  }
  if (!name.startsWith("scratch:")) return fetchBase(name, note, wanted);
  checkShape(name);
  return { name };
}

function checkShape(name: string): void {
  const [, layers, heads, width] = (/^scratch:(\d+)x(\d+)x(\d+)$/.exec(name) ?? []).map(Number);
  if (layers && heads && width && width % heads === 0) return;
  throw new UserError(`${name} is not a shape of a model.`, {
    fix: "Write layers, heads and width, of which each head gets a whole part: scratch:6x6x384",
  });
}

async function fetchBase(
  name: string,
  note: ((line: string) => void) | undefined,
  { withWeights = false }: Wanted,
): Promise<ResolvedBase> {
  const words = [name, ...(withWeights ? ["--with-weights"] : [])];
  let answer: z.infer<typeof Resolved> | undefined;
  try {
    for await (const line of runScript("base_model.py", words, note ? { onStderr: note } : {})) {
      answer = Resolved.parse(line);
    }
  } catch (error) {
    if (answer === undefined) throw error;
  }
  if (answer?.type !== "resolved") {
    throw new UserError(`${answer?.reason ?? `The base ${name} could not be found`}.`, {
      fix: answer?.fix ?? "Check its name.",
    });
  }
  const isDirectory = answer.revision === null;
  return {
    name: isDirectory ? answer.directory : name,
    ...(answer.revision !== null && { revision: answer.revision }),
    tokenizer: { name: path.basename(name), directory: answer.directory },
    ...(answer.lora && { lora: true }),
  };
}
