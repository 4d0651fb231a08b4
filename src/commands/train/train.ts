import type { Command } from "commander";
import { addFlags, prepareChoices, prepareRequest, trainRequest } from "../../choices/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { ensurePython } from "../../python.ts";
import { checkRequest, ensureWorker, requestRun } from "../../train/index.ts";
import { type CommandContext, openContext, redisUrl } from "../command.ts";
import { measureAfterTraining } from "../eval/measure.ts";
import { addTrainerFlags } from "../flags/train.ts";
import { requireServer, withServer } from "../runs/places.ts";
import { followToItsEnd } from "./follow.ts";
import { refinementOf } from "./refine.ts";
import { requestFor, type TrainFlags } from "./request.ts";
import { trainSweep } from "./sweep.ts";

const examples = `
Examples:
  persona train
  persona train --base gpt2-large --epochs 2
  persona train --from 3f2a --epochs 1                 # go on from what a run has learned
  persona train --refine 3f2a                          # more like the person than it is?
  persona train --sweep learningRate=1e-5,3e-5 epochs=1,2    # which settings are best?
  persona train --base scratch:6x6x384 --steps 2000    # no base model at all
  persona train --base scratch:6x6x384 --train-tokenizer 4096   # and a vocabulary of one's own`;

export function registerTrain(command: Command): void {
  const { persona } = prepareRequest;
  const { trainTokenizer } = prepareChoices;
  addFlags(command, { persona, trainTokenizer, ...trainRequest });
  addTrainerFlags(command)
    .addHelpText("after", examples)
    .action(async (flags: TrainFlags, command: Command) => {
      const context = await openContext(command);
      if (flags.sweep !== undefined && flags.refine === undefined)
        return trainSweep(context, flags, flags.sweep);
      const run = await trainFromStore(context, flags);
      context.terminal.data(run);
      if (flags.evaluate !== false && run.state === "finished") await measureAfterTraining(context, run);
    });
}

/** Prepares, queues and follows a run; returns its record as it was left. */
export async function trainFromStore(context: CommandContext, flags: TrainFlags): Promise<RunRecord> {
  await requireServer(context.workspace);
  await ensurePython(context.terminal.note);
  const { refine } = flags;
  const request = refine ? refinementOf(context, { ...flags, refine }) : requestFor(context, flags);
  return queueAndFollow(context, flags, await request);
}

async function queueAndFollow(
  context: CommandContext,
  { detach = false, anySize = false }: TrainFlags,
  request: Parameters<typeof requestRun>[1],
): Promise<RunRecord> {
  const { terminal, workspace } = context;
  if (redisUrl() === undefined) await checkRequest(request, { anySize });
  return withServer(workspace, async (server) => {
    const { run, reused } = await requestRun(server, request);
    if (reused) {
      terminal.note(`Reused run ${run.id}: the same was trained before.`);
      return run;
    }
    await ensureWorker(server, workspace, { anySize });
    terminal.note(
      run.state === "running"
        ? `Run ${run.id} is already running; following it.`
        : `Run ${run.id} is queued; it keeps running if you close this terminal.`,
    );
    return detach ? run : followToItsEnd(context, server, run, { anySize });
  });
}
