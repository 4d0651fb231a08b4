import { existsSync } from "node:fs";
import {
  type Chosen,
  type calibrateChoices,
  evaluateChoices,
  replyChoices,
  usualServer,
  withDefaults,
} from "../../choices/index.ts";
import { orPassOver } from "../../errors.ts";
import {
  calibrateRun,
  type Embedder,
  type EvaluateOptions,
  evaluateRun,
  isEmbedderMade,
  openEmbedder,
  reportFile,
} from "../../evaluate/index.ts";
import {
  type Evaluation,
  findRun,
  ggufFile,
  type RunRecord,
  readEvaluation,
  readEvents,
  type TrainerEvent,
} from "../../handoffs/index.ts";
import { privateCounter } from "../../prepare/index.ts";
import { ensurePython } from "../../python.ts";
import { replySettings } from "../../serve/index.ts";
import { formatRoughDuration, type Terminal } from "../../terminal.ts";
import { type CommandContext, interruptible } from "../command.ts";
import { readOwnList } from "../own-list.ts";
import { describeCalibration, describeEvaluation } from "./describe.ts";
import { keepIfBetter } from "./refinement.ts";
import { openRespondent } from "./served.ts";
import { timeLeft } from "./time-left.ts";

export type EvalFlags = Chosen<typeof evaluateChoices & typeof calibrateChoices>;

interface Measuring {
  /** Whether a model that reads replies is downloaded where it is not there yet. */
  mayDownload?: boolean;
}

/** Measures a run, and says what was found. */
export async function measureRun(
  context: CommandContext,
  run: RunRecord,
  flags: EvalFlags,
  { mayDownload = true }: Measuring = {},
): Promise<void> {
  const startedAt = performance.now();
  await ensurePython(context.terminal.note);
  const { calibrate, ...choices } = flags;
  const share = (seconds: number | undefined) => seconds && seconds * shareOfCalibration;
  if (calibrate) await calibrateFor(context, run, { ...choices, seconds: share(choices.seconds) });
  const seconds = timeLeft(flags, startedAt);
  const evaluation = await interruptible((signal) =>
    evaluate(context, run, {
      choices: { ...choices, seconds },
      openEmbedder: async () => (isEmbedderMade() || mayDownload ? openEmbedderOn(context) : undefined),
      signal,
    }),
  );
  context.terminal.data(evaluation);
  for (const line of describeEvaluation(evaluation)) context.terminal.note(line);
  context.terminal.note(`Pictures and samples: ${reportFile(context.workspace, run.id)}`);
  await keepIfBetter(context, run, evaluation);
}

/** The evaluation of a run that has just ended takes so much of its time, and never has less than a minute. */
const shareOfTraining = 0.15;
const leastSeconds = 60;
/** Of the time for an evaluation; in less than a minute, few machines answer enough to choose by. */
const shareOfCalibration = 0.25;
const leastSecondsToCalibrate = 60;

/**
 * Measures a run that was trained just now, unless it was measured before, and calibrates it first where there is time; that
 * it cannot be is no failure of the run.
 */
export async function measureAfterTraining(context: CommandContext, run: RunRecord): Promise<void> {
  const { terminal, workspace, passedOver } = context;
  if ((await readEvaluation(workspace, run.id, passedOver)) !== undefined) return;
  if (run.refinement !== undefined && run.parent !== undefined)
    await measureAfterTraining(context, await findRun(workspace, run.parent, passedOver));
  const seconds = secondsFor(await readEvents(workspace, run.id));
  terminal.note(`\nMeasuring what it has learned, in about ${formatRoughDuration(seconds)} …`);
  // The run was the command's data.
  const quiet = { ...context, terminal: { ...terminal, data: () => {} } };
  const calibrate = seconds * shareOfCalibration >= leastSecondsToCalibrate;
  const measuring = measureRun(quiet, run, { seconds, calibrate }, { mayDownload: false });
  await orPassOver(measuring, ({ message, fix }) => terminal.warn(`It was not measured: ${message} ${fix}`));
}

/** By what the trainer itself took: a run may have waited in between, for a worker or for the others of its sweep. */
function secondsFor(events: TrainerEvent[]): number {
  const { seconds = 0 } = events.findLast((event) => event.type === "finished") ?? {};
  return Math.max(leastSeconds, Math.round(shareOfTraining * seconds));
}

/** Calibrates a run and says what came of it; that it cannot be is no reason not to measure it. */
async function calibrateFor(
  { terminal, workspace, config }: CommandContext,
  run: RunRecord,
  { seed = evaluateChoices.seed.default, seconds }: EvalFlags,
): Promise<void> {
  const { maxTokens } = config.reply;
  const usual = withDefaults(replyChoices, { maxTokens });
  const watcher = watchOn(terminal);
  const calibrating = interruptible((signal) =>
    calibrateRun({ workspace, run, sampling: usual, seed, seconds, watcher, signal }),
  );
  const calibration = await orPassOver(calibrating, ({ message, fix }) =>
    terminal.warn(`It was not calibrated: ${message} ${fix}`),
  );
  if (calibration !== undefined) terminal.note(describeCalibration(calibration, usual));
}

function openEmbedderOn({ terminal }: CommandContext): Promise<Embedder | undefined> {
  return orPassOver(openEmbedder(terminal.note), ({ message, fix }) =>
    terminal.warn(
      `Whether replies are about what they answer is judged by the base alone: ${message} ${fix}`,
    ),
  );
}

type Asked = Pick<EvaluateOptions, "choices" | "openEmbedder" | "signal">;

async function evaluate(context: CommandContext, run: RunRecord, asked: Asked): Promise<Evaluation> {
  const { terminal, workspace, config, passedOver } = context;
  const { country } = config.prepare;
  const { settings } = await replySettings(workspace, run, { config: config.reply, passedOver });
  const canBeServed = existsSync(ggufFile(workspace, run.id));
  const { servedBy = canBeServed ? usualServer(asked.choices) : "pytorch" } = asked.choices;
  return evaluateRun({
    ...asked,
    ...(servedBy === "engine" && { openRespondent: () => openRespondent(context, run, settings) }),
    workspace,
    run,
    sampling: settings,
    countPrivate: privateCounter({ country, ownRules: await readOwnList(config) }),
    watcher: watchOn(terminal),
  });
}

/** A progress line a phase. */
function watchOn(terminal: Terminal) {
  let progress = terminal.progress("evaluating");
  return {
    onPhase(name: string) {
      progress.done();
      progress = terminal.progress(name);
    },
    onProgress: (done: number, total: number) => progress.update(done, total),
    onWarning: terminal.warn,
  };
}
