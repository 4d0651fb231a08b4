import { orPassOver, type PassedOver } from "../../errors.ts";
import { type RunRecord, readSpeakingFit, readStyleOf, type Turn } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import type { ReplySettings } from "./settings.ts";
import { learnToSpeak, type Silence, silenceOf } from "./silence/index.ts";
import { type Timing, timingOf } from "./timing/index.ts";

/** How a persona behaves among people: the time that it takes, and when it speaks at all. */
export interface Manners {
  timing: Timing;
  silence: Silence;
}

interface MannersOptions extends Pick<ReplySettings, "patience" | "talkativeness"> {
  chanceOfSpeaking(turns: Turn[]): Promise<number | undefined>;
  /** Told while held-out turns are looked at, which takes a while: how many they are, and how many were looked at. */
  onLearning: (moments: number, done: number) => void;
  passedOver: PassedOver;
  signal?: AbortSignal;
}

/** The manners of a run's person. When it speaks in groups is found out once, when the run is first served. */
export async function mannersOf(
  workspace: Workspace,
  run: RunRecord,
  { patience, talkativeness, chanceOfSpeaking, onLearning, passedOver, signal }: MannersOptions,
): Promise<Manners> {
  const style = await readStyleOf(workspace, run, passedOver);
  const learn = () =>
    orPassOver(
      learnToSpeak(workspace, run, { chanceOfSpeaking, onProgress: onLearning, ...(signal && { signal }) }),
      passedOver,
    );
  const fit = (await readSpeakingFit(workspace, run.id, passedOver)) ?? (await learn());
  return { timing: timingOf(style, { patience }), silence: silenceOf({ talkativeness, style, fit }) };
}
