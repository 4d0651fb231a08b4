import path from "node:path";
import { type Chosen, evaluateChoices, withDefaults, wordsOf } from "../choices/index.ts";
import { UserError } from "../errors.ts";
import {
  type Evaluation,
  evaluationDirectory,
  evaluationFile,
  type RunRecord,
  readDataSetOf,
  readEvaluationParts,
  runDirectory,
} from "../handoffs/index.ts";
import { withLock } from "../lock-file.ts";
import { type Workspace, writeFileAtomically } from "../workspace.ts";
import type { Embedder } from "./embedder.ts";
import { runEvaluator, type Watcher } from "./evaluator.ts";
import { judgeFitting } from "./fitting.ts";
import { questionsOf, type Reply, readReplies } from "./replies.ts";
import { answerAsServed, type Respondent } from "./served-replies.ts";
import { judgeLeaks } from "./verdict.ts";

/** How many passages of a reply to a context are private by their looks: redaction is another room's. */
export type CountPrivate = (context: string[], bubbles: string[]) => number;

/** How replies are drawn. */
interface Sampling {
  temperature: number;
  topP: number;
  minP: number;
  maxTokens: number;
}

export interface EvaluateOptions {
  workspace: Workspace;
  run: RunRecord;
  choices: Chosen<typeof evaluateChoices>;
  /** How the run's replies are drawn when it is served. */
  sampling: Sampling;
  /** Answers as friends are answered; without one, the run is asked where it was trained, and filters and guard are left out. */
  openRespondent?: (() => Promise<Respondent>) | undefined;
  countPrivate: CountPrivate;
  /** Opens what tells whether replies are about their context, once there are replies; without one, only the base's likelihood does. */
  openEmbedder?: (() => Promise<Embedder | undefined>) | undefined;
  watcher: Watcher;
  signal: AbortSignal;
  /** Its program, within `scripts/`. */
  script?: string;
}

/**
 * Measures a run and writes `evaluation.json`. The script goes on where it was interrupted, and begins anew where its
 * figures would be others.
 *
 * @throws UserError when something that it needs is gone.
 */
export async function evaluateRun(options: EvaluateOptions): Promise<Evaluation> {
  return aloneWithShards(options, (shards) => measure(options, shards));
}

/**
 * Lets a script ask a run about its data set, when no other does.
 *
 * @throws UserError when the data set is gone.
 */
export async function aloneWithShards<T>(
  { workspace, run }: Pick<EvaluateOptions, "workspace" | "run">,
  work: (shards: string) => Promise<T>,
): Promise<T> {
  const { shardsDirectory } = await readDataSetOf(workspace, run);
  const lock = path.join(runDirectory(workspace, run.id), "evaluation.lock");
  return withLock(lock, "evaluating this run", () => work(shardsDirectory));
}

async function measure(options: EvaluateOptions, shards: string): Promise<Evaluation> {
  const { workspace, run, countPrivate, openEmbedder, watcher } = options;
  await ask(options, shards);
  const replies = await readReplies(workspace, run.id);
  const embedder = await openEmbedder?.();
  if (embedder !== undefined) watcher.onPhase("comparing replies with what they answer");
  const fitting = embedder && (await judgeFitting(replies, embedder));
  const measured = await assemble(workspace, run, countIn(replies, countPrivate));
  const evaluation = { ...measured, ...(fitting && { fitting }) };
  // Charts take longer to load than all the rest.
  const { writeReport } = await import("./report/index.ts");
  const report = writeReport({ evaluation, run, questions: [...questionsOf(replies).values()] });
  await writeFileAtomically(reportFile(workspace, run.id), report);
  // Written last: its existence means that the rest is there.
  const text = `${JSON.stringify(evaluation, undefined, 2)}\n`;
  await writeFileAtomically(evaluationFile(workspace, run.id), text);
  return evaluation;
}

/** What the run and its base say and what words cost them, as files in the evaluation's folder. */
async function ask(options: EvaluateOptions, shards: string): Promise<void> {
  const {
    workspace,
    run,
    choices,
    sampling,
    openRespondent,
    watcher,
    signal,
    script = "evaluate.py",
  } = options;
  const args = [
    ...["--run", runDirectory(workspace, run.id), "--shards", shards],
    ...samplingFlags(sampling),
    ...toFlags(choices),
    ...["--served-by", openRespondent === undefined ? "pytorch" : "engine"],
  ];
  const evaluator = { script, signal, run: run.id };
  if (openRespondent !== undefined) {
    await runEvaluator({ ...evaluator, args: [...args, "--only-questions"] }, watcher);
    watcher.onPhase("answering as friends are answered");
    await answerAsServed({ workspace, id: run.id, openRespondent, onProgress: watcher.onProgress, signal });
  }
  await runEvaluator({ ...evaluator, args }, watcher);
}

/** `--temperature 0.9 --top-p 0.95 --min-p 0 --max-tokens 160`. */
export function samplingFlags({ temperature, topP, minP, maxTokens }: Sampling): string[] {
  return Object.entries({ temperature, topP, minP, maxTokens }).flatMap(([name, value]) =>
    wordsOf(name, value),
  );
}

/** The page for the owner. */
export const reportFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "report.html");

/** `{ replies: 300, full: true }` as `--replies 300 --full --seed 0`: the script has no defaults of its own. */
function toFlags({ servedBy: _asked, ...choices }: Chosen<typeof evaluateChoices>): string[] {
  const settled: Record<string, unknown> = withDefaults(evaluateChoices, choices);
  return Object.entries(evaluateChoices).flatMap(([name, choice]) =>
    wordsOf(name, settled[name] ?? undefined, choice),
  );
}

async function assemble(
  workspace: Workspace,
  { id, dataset }: RunRecord,
  privatePatterns: Evaluation["leaks"]["privatePatterns"],
): Promise<Evaluation> {
  const { parts, summary } = await readEvaluationParts(workspace, id);
  if (summary === undefined) {
    throw new UserError(`The evaluation of run ${id} finished without its summary.`, {
      fix: `Delete ${evaluationDirectory(workspace, id)}, then: persona eval ${id}`,
    });
  }
  const { extraction, membership, overlap, canaries, nearVerbatim, ...likeness } = parts;
  const measured = { extraction, membership, overlap, canaries, nearVerbatim, privatePatterns };
  return {
    version: 1,
    run: id,
    shards: dataset,
    createdAt: new Date().toISOString(),
    ...summary,
    ...likeness,
    leaks: { ...measured, ...judgeLeaks(measured) },
  };
}

/** Of what the run itself has said. */
function countIn(replies: Reply[], countPrivate: CountPrivate): Evaluation["leaks"]["privatePatterns"] {
  const own = replies.filter(({ source }) => source === "run" || source === "served");
  if (own.length === 0) return { skipped: "no replies were drawn" };
  const counts = own.map(({ context, bubbles }) =>
    countPrivate(
      context.flatMap((turn) => turn.bubbles),
      bubbles,
    ),
  );
  return { found: counts.reduce((sum, count) => sum + count, 0), replies: own.length };
}
