import { watch } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { type PassedOver, UserError } from "../../errors.ts";
import {
  isMissing,
  type RunRecord,
  readServingChoice,
  recordFile,
  runThatWasChosen,
  runToServe,
} from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import type { Persona } from "../persona.ts";
import type { SwitchingPersona } from "./switching-persona.ts";

interface FollowOptions {
  persona: SwitchingPersona;
  /** The run that it answers with. */
  run: RunRecord;
  /** Opens another run, or throws a `UserError` where it may not or cannot answer. */
  open(run: RunRecord): Promise<Persona>;
  onSwitch(run: RunRecord): Promise<void>;
  /** Told why the run before goes on answering. */
  onRefusal(problem: UserError): void;
  /** Told of a choice that cannot be followed because of what is damaged or gone. */
  passedOver: PassedOver;
  /** How often it is looked whether the choice has changed, where the system does not say so by itself. */
  everyMs?: number;
}

/**
 * Lets a serving persona follow `persona runs use`, and leave a run that is deleted, until stopped.
 *
 * The run before goes on answering until the other one is open, and when it cannot be opened.
 */
export function followChoice(workspace: Workspace, options: FollowOptions): { stop(): Promise<void> } {
  const { persona, open, onSwitch, onRefusal, passedOver, everyMs = 1000 } = options;
  let serving = options.run;
  let seen: string | undefined;
  let looking: Promise<void> | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    const now = await signature(workspace, serving);
    if (now === seen) return;
    seen = now;
    const wanted = await wantedRun(workspace, serving, passedOver);
    if (wanted.id === serving.id || isStopped) return;
    const next = await open(wanted);
    if (isStopped) return next.close();
    serving = wanted;
    await Promise.all([persona.switchTo(next), onSwitch(wanted)]);
  }

  const lookUnlessLooking = () => {
    looking ??= look()
      .catch((error: unknown) => onRefusal(refusal(error, serving)))
      .finally(() => {
        looking = undefined;
      });
  };
  const timer = setInterval(lookUnlessLooking, everyMs).unref();
  const watcher = watchFor(workspace.servingFile, lookUnlessLooking);
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      watcher?.close();
      await looking;
    },
  };
}

/** Changes whenever another run may have to answer. */
async function signature(workspace: Workspace, serving: RunRecord): Promise<string> {
  const choice = await stat(workspace.servingFile).catch(() => undefined);
  return `${choice?.ino} ${choice?.mtimeMs} ${choice?.size} ${await isGone(workspace, serving)}`;
}

/** A damaged record is a record, and is not read: this is asked every second. */
async function isGone(workspace: Workspace, { id }: RunRecord): Promise<boolean> {
  return stat(recordFile(workspace, id)).then(() => false, isMissing);
}

/** The run that was chosen; where none was, or it cannot answer, the one that answers now, as long as it is there. */
async function wantedRun(
  workspace: Workspace,
  serving: RunRecord,
  passedOver: PassedOver,
): Promise<RunRecord> {
  const choice = await readServingChoice(workspace, passedOver);
  const chosen = choice && (await runThatWasChosen(workspace, choice.run, passedOver));
  if (chosen !== undefined) return chosen;
  return (await isGone(workspace, serving)) ? runToServe(workspace, undefined) : serving;
}

/** Its folder is watched, because the file is replaced. Where the system cannot watch, somebody looks now and then. */
function watchFor(file: string, onChange: () => void) {
  try {
    const watcher = watch(path.dirname(file), { persistent: false }, (_, name) => {
      if (name === path.basename(file)) onChange();
    });
    return watcher.on("error", () => watcher.close());
  } catch {
    return undefined;
  }
}

function refusal(error: unknown, { id }: RunRecord): UserError {
  const [problem, fix] =
    error instanceof UserError
      ? [error.message, error.fix]
      : [String(error), "Choose another: persona runs use RUN"];
  return new UserError(`${problem} Run ${id} goes on answering.`, { fix, cause: error });
}
