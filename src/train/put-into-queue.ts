import type { UserError } from "../errors.ts";
import { hasEnded, type RunRecord, readRun } from "../handoffs/index.ts";
import type { Workspace } from "../workspace.ts";
import { enqueueRun, explainRefusal, openQueue, type QueueServer, withdrawStop } from "./queue/index.ts";
import { updateRun } from "./runs/index.ts";

/** Of a run that is asked for again: what came of it before is over, unless it waits, is at work or has finished. */
export function queuedAgain(
  record: RunRecord,
  priority: number | undefined,
  place: Pick<RunRecord, "sweep"> = {},
): Partial<RunRecord> {
  const goesOn = hasEnded(record) && record.state !== "finished";
  return {
    ...(goesOn && { state: "queued", failure: undefined, fruitlessAttempts: 0, restarts: 0, ...place }),
    ...(priority !== undefined && { priority }),
  };
}

type Change = (record: RunRecord) => Partial<RunRecord>;

/** Changes a run's record, and adds its order unless it is there. */
export async function putIntoQueue(
  server: QueueServer,
  workspace: Workspace,
  id: string,
  change: Change,
): Promise<RunRecord> {
  return changeAndAdd(server, workspace, id, change).catch(async (error) => {
    const refusal = explainRefusal(error, server.where);
    if (refusal === undefined) throw error;
    await leaveOut(workspace, id, refusal);
    throw refusal;
  });
}

async function changeAndAdd(
  server: QueueServer,
  workspace: Workspace,
  id: string,
  change: Change,
): Promise<RunRecord> {
  const opened = openQueue(server);
  // A request to stop that was not followed yet belongs to before.
  await withdrawStop(opened.redis, id);
  const queued = await updateRun(workspace, id, change);
  const isAtWork = async () => (await readRun(workspace, id))?.state === "running";
  await enqueueRun(opened, queued, isAtWork);
  return queued;
}

/** A run that the server did not take waits for a person: as "queued" it would wait for ever. */
async function leaveOut(workspace: Workspace, id: string, { message, fix }: UserError): Promise<void> {
  await updateRun(workspace, id, ({ state }) =>
    state === "queued"
      ? {
          state: "paused",
          endedAt: new Date().toISOString(),
          failure: { reason: message, fix: `${fix.replace(/\.$/, "")}; then: persona runs resume ${id}` },
        }
      : {},
  );
}
