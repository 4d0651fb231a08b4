import * as z from "zod";
import { saysDiskIsFull } from "../disk-errors.ts";
import { UserError } from "../errors.ts";
import { runScript, ScriptError } from "../python.ts";

/** What `evaluate.py` and `calibrate.py` say on their stdout, one JSON line each. */
const EvaluatorEvent = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("phase"), name: z.string() }),
  z.looseObject({ type: z.literal("progress"), done: z.number(), total: z.number() }),
  z.looseObject({ type: z.literal("warning"), message: z.string() }),
  z.looseObject({ type: z.literal("finished") }),
  z.looseObject({ type: z.literal("failed"), reason: z.string(), fix: z.string() }),
]);
type EvaluatorEvent = z.infer<typeof EvaluatorEvent>;

export interface Watcher {
  onPhase(name: string): void;
  onProgress(done: number, total: number): void;
  onWarning(message: string): void;
}

interface EvaluatorOptions {
  /** Its program, within `scripts/`. */
  script: string;
  args: string[];
  signal: AbortSignal;
  /** The run, for what to do when it fails. */
  run: string;
}

/** @throws UserError when it fails; an AbortError when it was told to stop. What it has measured stays, and it goes on there. */
export async function runEvaluator(
  { script, args, signal, run }: EvaluatorOptions,
  watcher: Watcher,
): Promise<void> {
  let isFinished = false;
  try {
    for await (const said of runScript(script, [...args, "--watch-parent"], { signal })) {
      const event = EvaluatorEvent.safeParse(said).data;
      if (event !== undefined) hear(event, watcher);
      isFinished ||= event?.type === "finished";
    }
  } catch (error) {
    if (error instanceof ScriptError) throw explainEnd(error, run);
    throw error;
  }
  signal.throwIfAborted();
  if (!isFinished) throw endedEarly("without a word", run);
}

function hear(event: EvaluatorEvent, watcher: Watcher): void {
  if (event.type === "phase") watcher.onPhase(event.name);
  else if (event.type === "progress") watcher.onProgress(event.done, event.total);
  else if (event.type === "warning") watcher.onWarning(event.message);
  else if (event.type === "failed")
    throw new UserError(event.reason.replace(/\.?$/, "."), { fix: event.fix });
}

function explainEnd(error: ScriptError, run: string): UserError {
  const words = error.lastLines.join("\n");
  if (saysDiskIsFull(words))
    return new UserError("The disk is full.", { fix: `Free some space, then: persona eval ${run}` });
  if (error.signal === "SIGKILL") {
    return new UserError("The evaluation was killed from outside, perhaps because memory ran out.", {
      fix: `Free some memory, then: persona eval ${run} goes on where it was.`,
    });
  }
  return endedEarly(error.signal ? `by ${error.signal}` : `with ${kindOfError(error)}`, run, error);
}

function endedEarly(how: string, run: string, cause?: Error): UserError {
  return new UserError(`The evaluation ended early, ${how}.`, {
    fix: `persona eval ${run} goes on where it was. If that ends alike, delete the folder named evaluation in the run's own folder, and evaluate it again.`,
    cause,
  });
}

/** The name of Python's error and not its words, in which a message may be quoted. */
function kindOfError({ lastLines, exitCode }: ScriptError): string {
  const [kind] = /^[\w.]*(?:Error|Exception|Interrupt)\b/.exec(lastLines.at(-1) ?? "") ?? [];
  return kind ?? `exit code ${exitCode}`;
}
