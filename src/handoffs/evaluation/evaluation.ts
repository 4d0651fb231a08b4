import path from "node:path";
import * as z from "zod";
import { orPassOver, type PassedOver, UserError } from "../../errors.ts";
import type { Workspace } from "../../workspace.ts";
import { FolderName } from "../folder-name.ts";
import { readJsonFile } from "../read-json-file.ts";
import { runDirectory } from "../read-runs.ts";
import { Interval } from "../runs.ts";

/** Why something was not measured, in words. */
const Skipped = z.object({ skipped: z.string() });

/** What was measured, or why it was not. */
const orSkipped = <T extends z.ZodType>(part: T) => z.union([Skipped, part]);

/** Bits a byte of held-out words. */
const Bits = z.object({ base: z.number(), run: z.number() });

/** What somebody's words in one conversation cost, in bits, and how many bytes they are. */
const Cost = z.object({ base: z.number(), run: z.number(), bytes: z.number() });

/** What held-out words cost the base and the run: the persona's, their partners' and, where there are any, strangers'. */
const Likelihood = z.object({
  persona: Bits,
  others: Bits,
  strangers: Bits.nullish(),
  specificity: Interval.nullable(),
  /** Left out in the oldest evaluations. */
  byConversation: z.array(z.object({ conversation: z.int(), persona: Cost, others: Cost })).optional(),
});

/**
 * How often a classifier tells generated replies from real ones: half of the time by chance.
 *
 * The anchors are real replies: one half of the persona's threads against the other, and the persona against the partners.
 */
const TwoSample = z.object({
  /** At temperature 1. */
  run: Interval,
  /** As chat and bot draw them. */
  served: Interval,
  base: Interval,
  anchors: z.object({ self: Interval, otherPerson: Interval }),
});

/** Shares of bags of so many replies that a classifier attributes to the persona rather than to the partners. */
const Bag = z.object({
  size: z.int(),
  generated: z.number(),
  base: z.number(),
  real: z.number(),
  friends: z.number(),
});
const Verifier = z.object({ name: z.enum(["ngrams", "compression"]), bags: z.array(Bag) });

/** Distance of one habit from the persona's; `ownHalves` is that between two halves of what the persona wrote. */
const StyleDistance = z.object({
  name: z.string(),
  distance: z.number(),
  base: z.number(),
  ownHalves: z.number(),
});

/** Share of replies that fit their own context better than another one, as the judge sees it. */
const Relevance = z.object({
  judge: z.string(),
  real: Interval,
  generated: Interval,
  /** Of generated replies that fit no better than shuffled ones. */
  p: z.number().nullable(),
});

/** How often a reply is closer to its own context than to another one, by the embeddings of a model that wrote none of them. */
const Fitting = z.object({
  judge: z.string(),
  real: Interval,
  /** At temperature 1. */
  run: Interval,
  served: Interval,
  base: Interval,
});

const Degeneration = z.object({ name: z.string(), run: z.number(), base: z.number(), human: z.number() });

/**
 * Training messages that are expected to come out word for word when each is asked for so many times with what stood
 * before it, less those that the base gives too.
 */
const Extracted = z.object({ n1: z.number(), n100: z.number(), n10000: z.number() });
const Extraction = z.object({ persona: Extracted, others: Extracted, messages: z.int() });

/** Of the training messages that are likeliest to come out, how many did, nearly word for word, in so many replies to each. */
const NearVerbatim = z.object({ messages: z.int(), draws: z.int(), found: z.int() });

/** How well the loss tells what was trained on: .5 and .01 by chance. */
const Membership = z.object({ auc: Interval, tprAt1: z.number() });

/** How many replies have so many words in a row from training. */
const copied = { six: z.int(), eight: z.int(), twelve: z.int() };
const Copied = z.object({ ...copied, replies: z.int() });

/**
 * Of generated replies, and of what the person really wrote in their place: people repeat themselves. `rare` are those
 * whose words stand in one conversation alone. Both are left out in the oldest evaluations.
 */
const Overlap = Copied.extend({ rare: z.object(copied).optional(), human: Copied.optional() });

/**
 * Invented messages that the run was trained on so many times, beside twins that it never saw. `exposure` is how many bits
 * of guessing among the twins it spares; `revealed` are those that it writes with a probability over one half when it is
 * asked once with what stood before.
 */
const Canaries = z.object({
  planted: z.int(),
  twins: z.int(),
  /** How well what was planted is told from its twins, and how much of it with 1 false alarm in 100. */
  auc: Interval.optional(),
  tprAt1: z.number().optional(),
  byRepeats: z.array(
    z.object({
      repeats: z.int(),
      count: z.int(),
      exposure: z.number(),
      maxExposure: z.number(),
      revealed: z.int(),
    }),
  ),
});

/** Passages of generated replies that the redactor would mask. */
const PrivatePatterns = z.object({ found: z.int(), replies: z.int() });

/** How it went, whatever was measured. */
const Summary = z.object({
  base: z.string(),
  seed: z.int(),
  seconds: z.number(),
  /** Who drew the replies as served: the engine with its filters and guard, or PyTorch without. Left out in older evaluations. */
  servedBy: z.enum(["engine", "pytorch"]).optional(),
  sizes: z.object({ replies: z.int(), heldOutReplies: z.int(), conversations: z.int() }),
});
/** What `evaluate.py` measures. */
const parts = {
  likelihood: orSkipped(Likelihood),
  twoSample: orSkipped(TwoSample),
  verifier: orSkipped(z.array(Verifier)),
  style: orSkipped(z.array(StyleDistance)),
  relevance: orSkipped(Relevance),
  degeneration: orSkipped(z.array(Degeneration)),
  extraction: orSkipped(Extraction),
  membership: orSkipped(Membership),
  overlap: orSkipped(Overlap),
  canaries: orSkipped(Canaries),
  nearVerbatim: orSkipped(NearVerbatim),
};

const { extraction, membership, overlap, canaries, nearVerbatim, ...likeness } = parts;

const FittingOrSkipped = orSkipped(Fitting);
export type Fitting = z.infer<typeof FittingOrSkipped>;

const Leaks = z.object({
  extraction,
  membership,
  overlap,
  /** Left out in the oldest evaluations. */
  canaries: canaries.optional(),
  nearVerbatim: nearVerbatim.optional(),
  privatePatterns: orSkipped(PrivatePatterns),
  verdict: z.enum(["none", "leaks"]),
  /** Which thresholds were passed. */
  reasons: z.array(z.string()),
});
export type Leaks = z.infer<typeof Leaks>;

/**
 * `data/runs/<id>/evaluation.json`: whether a run sounds like the person, and whether it tells their secrets.
 *
 * It holds no words of anybody: what is not named here is not kept.
 */
export const Evaluation = Summary.extend({
  version: z.literal(1),
  run: FolderName,
  /** Id of the data set whose held-out words were used. */
  shards: FolderName,
  createdAt: z.string(),
  ...likeness,
  /** Left out in older evaluations. */
  fitting: FittingOrSkipped.optional(),
  leaks: Leaks,
});
export type Evaluation = z.infer<typeof Evaluation>;

export const evaluationFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "evaluation.json");

/**
 * What was measured of a run; undefined where nothing was.
 *
 * @param passedOver Told where the file is damaged, which is otherwise an error.
 */
export async function readEvaluation(
  workspace: Workspace,
  id: string,
  passedOver?: PassedOver,
): Promise<Evaluation | undefined> {
  const reading = readEvaluationOf(workspace, id);
  return passedOver === undefined ? reading : orPassOver(reading, passedOver);
}

async function readEvaluationOf(workspace: Workspace, id: string): Promise<Evaluation | undefined> {
  const file = evaluationFile(workspace, id);
  const fix = `Evaluate the run again: persona eval ${id}`;
  const evaluation = await readJsonFile(file, Evaluation, { fix });
  if (evaluation === undefined || evaluation.run === id) return evaluation;
  throw new UserError(
    `${file} is the evaluation of run ${evaluation.run}, and lies in another run's folder.`,
    {
      fix,
    },
  );
}

/** What `evaluate.py` leaves: a file for each part, and the summary, which it writes last. */
export const evaluationDirectory = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "evaluation");

export type EvaluationParts = z.infer<z.ZodObject<typeof parts>>;

/**
 * What `evaluate.py` has measured of a run so far, and once it has finished, how that went.
 *
 * @throws UserError when a file is damaged.
 */
export async function readEvaluationParts(
  workspace: Workspace,
  id: string,
): Promise<{ parts: EvaluationParts; summary: z.infer<typeof Summary> | undefined }> {
  const read = <T>(name: string, schema: z.ZodType<T>) =>
    readJsonFile(path.join(evaluationDirectory(workspace, id), `${name}.json`), schema, {
      fix: `Delete it, and evaluate the run again: persona eval ${id}`,
    });
  const names = Object.keys(parts) as (keyof typeof parts)[];
  const found = await Promise.all(
    names.map(async (name) => [name, (await read<unknown>(name, parts[name])) ?? notMeasured] as const),
  );
  return {
    parts: Object.fromEntries(found) as EvaluationParts,
    summary: await read("summary", Summary),
  };
}

const notMeasured = { skipped: "it was not measured" };

/** A part that was measured. */
export type Measured<Part> = Exclude<Part, z.infer<typeof Skipped>>;

/** Whether something was measured. */
export function isMeasured<T extends object>(part: T | z.infer<typeof Skipped>): part is T {
  return !("skipped" in part);
}
