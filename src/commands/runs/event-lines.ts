import { formatMeasure } from "../../evaluate/index.ts";
import type { TrainerEvent } from "../../handoffs/index.ts";
import { formatCount, formatDuration, formatPlural, type Terminal } from "../../terminal.ts";

/** Shows a run's events: a bar for the steps, a line for everything else. */
export async function showEvents(terminal: Terminal, events: AsyncIterable<TrainerEvent>): Promise<void> {
  const progress = terminal.progress("training");
  for await (const event of events) {
    terminal.data(event);
    if (event.type === "step") {
      const detail = () =>
        `step ${event.step}/${event.totalSteps}, loss ${event.loss.toFixed(3)}, ${formatCount(Math.round(event.tokensPerSecond))} tok/s`;
      // The trainer knows its pace; this display may have waited for its turn, or read what was said hours ago.
      progress.update(event.step, event.totalSteps, detail, leftMs(event));
    } else {
      const line = describeEvent(event);
      if (line !== undefined) terminal.note(line);
    }
  }
  progress.done();
}

function leftMs({ secondsLeft }: Extract<TrainerEvent, { type: "step" }>): number | undefined {
  return secondsLeft === undefined ? undefined : secondsLeft * 1000;
}

/** One line for people; undefined for what need not be said. */
export function describeEvent(event: TrainerEvent): string | undefined {
  switch (event.type) {
    case "plan":
      return (
        `Plan: ${formatCount(event.steps)} steps of ${event.accumulation} × ${event.microBatch} rows of ${event.contextLength} tokens, ` +
        `${event.precision} on ${event.device}${event.fsdp ? `, weights shared out over ${event.processes} processes` : ""}; ${formatCount(event.trainableParameters)} of ${formatCount(event.parameters)} weights are trained.`
      );
    case "evaluation":
      return `Step ${event.step}: held-out loss ${event.loss.toFixed(3)}${others(event.generalLoss)}${words(event)}${own(event)}${event.isBest && event.step > 0 ? ", the best so far" : ""}`;
    case "phase":
      return `${event.name[0]?.toUpperCase()}${event.name.slice(1)} …`;
    case "warning":
      return `! ${event.message}`;
    case "finished":
      return `${event.stopped ? "Stopped" : "Finished"} after ${formatPlural(event.steps, "step")} in ${formatDuration(event.seconds)}${best(event)}.`;
    case "failed":
      return `Failed: ${event.reason}`;
    default:
      return undefined;
  }
}

type Evaluation = Extract<TrainerEvent, { type: "evaluation" }>;

function best({ bestLoss, bestStep }: Extract<TrainerEvent, { type: "finished" }>): string {
  return bestLoss === null ? "" : `; best held-out loss ${bestLoss.toFixed(3)} at step ${bestStep}`;
}

/** What the words alone cost, where the trainer measures it. */
function words({ personaBitsPerByte: bits, othersBitsPerByte }: Evaluation): string {
  return typeof bits === "number" ? `, ${bits.toFixed(3)} bits/byte${others(othersBitsPerByte)}` : "";
}

/** How much of what was learned is the person; before the first step nothing was. */
function own({ step, specificity }: Evaluation): string {
  return step > 0 && specificity
    ? `, specificity ${formatMeasure({ value: specificity, unit: "points" })}`
    : "";
}

/** Of other people's words, where there are any: it rises when the model forgets. */
function others(measured: number | null | undefined): string {
  return typeof measured === "number" ? ` (others' ${measured.toFixed(3)})` : "";
}
