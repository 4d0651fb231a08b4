import { hasEnded, listRuns, type RunRecord, readEvents } from "../../../handoffs/index.ts";
import type { BotOptions } from "../../../serve/index.ts";
import { formatCount, formatDuration } from "../../../terminal.ts";
import { cancelRun, findRun, followRun, measure, readRun } from "../../../train/index.ts";
import type { CommandContext } from "../../command.ts";
import { drawCurve, type Points } from "../../runs/chart.ts";
import { withServer, withServerOfOthers } from "../../runs/places.ts";
import { trainFromStore } from "../../train/train.ts";

type Training = NonNullable<NonNullable<BotOptions["backstage"]>["training"]>;
type Shown = NonNullable<Awaited<ReturnType<Training["show"]>>>;

/** What narrow screens show in one line. */
const curveSize = { width: 30, height: 6 };

/** The queue of this machine, as `persona train` and `persona runs` use it. */
export function trainingBackstage(context: CommandContext): Training {
  const { workspace, passedOver } = context;
  return {
    async runs() {
      const runs = (await listRuns(workspace, passedOver)).map((run) => ({
        id: run.id,
        isOpen: !hasEnded(run),
      }));
      return [...runs.filter(({ isOpen }) => isOpen), ...runs.filter(({ isOpen }) => !isOpen)];
    },
    show: (id) => show(context, id),
    async start(settings) {
      return (await trainFromStore(context, { ...settings, detach: true })).id;
    },
    async cancel(id) {
      const run = await findRun(workspace, id, passedOver);
      await withServer(workspace, (server) => cancelRun(server, workspace, run));
    },
    async ended(id, signal) {
      await withServerOfOthers(workspace, async (server) => {
        const events = followRun(workspace, id, { signal, ...(server && { server }) });
        while (!(await events.next()).done);
      });
      return show(context, id);
    },
  };
}

async function show({ workspace, passedOver }: CommandContext, id: string): Promise<Shown | undefined> {
  const run = await readRun(workspace, id);
  if (run === undefined) return undefined;
  const events = await readEvents(workspace, id, { isFinished: run.state === "finished", passedOver });
  const losses: Points = events.flatMap((event) => (event.type === "step" ? [[event.step, event.loss]] : []));
  return {
    id,
    state: run.state,
    isOpen: !hasEnded(run),
    about: [...describe(run, measure(events))],
    curve: drawCurve(losses, curveSize),
  };
}

function* describe(run: RunRecord, figures: ReturnType<typeof measure>): Generator<string> {
  const { base, heldOutLoss, failure, state } = run;
  yield `from ${base.name}`;
  const { step, totalSteps, loss, tokensPerSecond, secondsLeft } = figures;
  if (step !== undefined && totalSteps !== undefined && loss !== undefined) {
    const rate = tokensPerSecond ? `, ${formatCount(Math.round(tokensPerSecond))} tokens/s` : "";
    const left = secondsLeft && state === "running" ? `, ${formatDuration(secondsLeft)} left` : "";
    yield `step ${step} of ${totalSteps}, loss ${loss.toFixed(3)}${rate}${left}`;
  }
  if (heldOutLoss)
    yield `held-out loss ${heldOutLoss.before.toFixed(3)} before, ${heldOutLoss.best.toFixed(3)} at step ${heldOutLoss.bestStep}`;
  if (failure) yield `${failure.reason}\n${failure.fix}`;
}
