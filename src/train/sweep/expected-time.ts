import { trainChoices } from "../../choices/index.ts";
import { listRuns, type RunRecord, readEvents } from "../../handoffs/index.ts";
import { measure, type RunRequest } from "../runs/index.ts";

/** How long whole runs take here one after the other; undefined where nothing like one of them was trained here before. */
export async function expectSeconds(requests: RunRequest[]): Promise<number | undefined> {
  const paces = new Map<string, Promise<number | undefined>>();
  let seconds = 0;
  for (const request of requests) {
    const kind = kindOf(request);
    const pace = paces.get(kind) ?? paceOf(request);
    paces.set(kind, pace);
    const tokensPerSecond = await pace;
    if (!tokensPerSecond) return undefined;
    seconds += tokensOf(request) / tokensPerSecond;
  }
  return seconds;
}

/** Tokens a second of the newest run of the same kind that has made a step. */
async function paceOf(request: RunRequest): Promise<number | undefined> {
  for (const run of await listRuns(request.workspace)) {
    if (kindOf(run) !== kindOf(request)) continue;
    const { tokensPerSecond } = measure(await readEvents(request.workspace, run.id));
    if (tokensPerSecond) return tokensPerSecond;
  }
  return undefined;
}

function kindOf({ base, settings }: Pick<RunRecord, "base" | "settings">): string {
  return `${base.name} ${settings.lora ?? false}`;
}

/** How many tokens a run goes through; `make_schedule` in `scripts/trainer/schedule.py` says how it is cut into steps. */
function tokensOf({ manifest, settings }: RunRequest): number {
  const all = Number(settings.epochs ?? trainChoices.epochs.default) * manifest.splits.train.tokens;
  if (settings.steps === undefined) return all;
  const steps = Number(settings.steps);
  return steps * Number(settings.tokensPerStep ?? Math.min(mostTokensPerStep, all / steps));
}

const mostTokensPerStep = 32_768;
