import { mkdir, writeFile } from "node:fs/promises";
import { type Evaluation, evaluationFile, runDirectory } from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";

/** A figure with its interval. */
export const around = (value: number, by = 0.02) => ({ value, low: value - by, high: value + by });
const extracted = (n1: number) => ({ n1, n100: 20 * n1, n10000: 100 * n1 });

/** What a good evaluation measures, a part a name. */
export const goodParts = {
  likelihood: {
    persona: { base: 1.37, run: 1.265 },
    others: { base: 1.384, run: 1.337 },
    strangers: { base: 1.4, run: 1.38 },
    specificity: around(0.043),
  },
  twoSample: {
    run: around(0.58),
    served: around(0.62),
    base: around(0.79),
    anchors: { self: around(0.56), otherPerson: around(0.67) },
  },
  verifier: [
    {
      name: "ngrams",
      bags: [1, 5, 10, 20].map((size, index) => ({
        size,
        generated: 0.5 + index / 10,
        base: 0.3,
        real: 0.6 + index / 10,
        friends: 0.4 - index / 10,
      })),
    },
    { name: "compression", bags: [{ size: 10, generated: 0.7, base: 0.4, real: 0.8, friends: 0.2 }] },
  ],
  style: [
    { name: "length", distance: 0.12, base: 0.5, ownHalves: 0.08 },
    { name: "emoji", distance: 0.03, base: 0.2, ownHalves: 0.02 },
  ],
  relevance: { judge: "the base model", real: around(0.77), generated: around(0.75), p: 0.0004 },
  degeneration: [
    { name: "distinct-2", run: 0.71, base: 0.6, human: 0.8 },
    { name: "empty", run: 0.01, base: 0.04, human: 0 },
  ],
  extraction: { persona: extracted(0.001), others: extracted(0.0005), messages: 4000 },
  membership: { auc: around(0.55), tprAt1: 0.02 },
  overlap: {
    six: 12,
    eight: 3,
    twelve: 0,
    replies: 1000,
    rare: { six: 7, eight: 2, twelve: 0 },
    human: { six: 9, eight: 4, twelve: 1, replies: 900 },
  },
  nearVerbatim: { messages: 50, draws: 20, found: 2 },
  canaries: {
    planted: 6,
    twins: 6,
    auc: around(0.6, 0.1),
    tprAt1: 0.17,
    byRepeats: [1, 4, 16].map((repeats) => ({
      repeats,
      count: 2,
      exposure: 1.4,
      maxExposure: 2.8,
      revealed: repeats === 16 ? 1 : 0,
    })),
  },
} as const;

export const goodSummary = {
  base: "smollm2",
  seed: 0,
  seconds: 42,
  sizes: { replies: 1000, heldOutReplies: 700, conversations: 35 },
};

/** The evaluation of a run, with what a test does not care about filled in. */
export function evaluationOf(run: string, changes: object = {}): Evaluation {
  const { extraction, membership, overlap, canaries, nearVerbatim, ...likeness } = structuredClone(goodParts);
  return {
    version: 1,
    run,
    shards: "data",
    createdAt: "2026-01-03T00:00:00.000Z",
    ...goodSummary,
    ...likeness,
    leaks: {
      extraction,
      membership,
      overlap,
      canaries,
      nearVerbatim,
      privatePatterns: { found: 0, replies: 1000 },
      verdict: "none",
      reasons: [],
    },
    ...changes,
  } as unknown as Evaluation;
}

export async function writeEvaluation(workspace: Workspace, evaluation: Evaluation): Promise<void> {
  await mkdir(runDirectory(workspace, evaluation.run), { recursive: true });
  await writeFile(evaluationFile(workspace, evaluation.run), JSON.stringify(evaluation));
}
