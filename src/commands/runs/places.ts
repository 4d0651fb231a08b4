import type { PassedOver } from "../../errors.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import {
  explainRefusal,
  findRemoteRun,
  findRun,
  listRuns,
  openQueueServer,
  type QueueServer,
} from "../../train/index.ts";
import type { Workspace } from "../../workspace.ts";
import { redisUrl } from "../command.ts";

/** Opens the queue's server for one piece of work. */
export async function withServer<T>(
  workspace: Workspace,
  work: (server: QueueServer) => Promise<T>,
): Promise<T> {
  const server = await openQueueServer({ redisUrl: redisUrl(), workspace });
  try {
    return await work(server);
  } catch (error) {
    throw explainRefusal(error, server.where) ?? error;
  } finally {
    await server.close();
  }
}

/** The same without starting an embedded server, which has nothing to tell that this machine's disk does not know. */
export async function withServerOfOthers<T>(
  workspace: Workspace,
  work: (server: QueueServer | undefined) => Promise<T>,
): Promise<T> {
  return redisUrl() === undefined ? work(undefined) : withServer(workspace, work);
}

/** A mistake in the address is told before work that takes minutes. An embedded server has none. */
export async function requireServer(workspace: Workspace): Promise<void> {
  await withServerOfOthers(workspace, async () => {});
}

/** A run of this workspace by its record, one of another machine by its id alone. */
export async function findRunAnywhere(
  server: QueueServer | undefined,
  workspace: Workspace,
  prefix: string,
  passedOver: PassedOver,
): Promise<{ id: string; record?: RunRecord }> {
  const isHere = prefix === "latest" || (await listRuns(workspace)).some(({ id }) => id.startsWith(prefix));
  const remote = isHere || server === undefined ? undefined : await findRemoteRun(server, prefix);
  if (remote !== undefined) return { id: remote };
  const record = await findRun(workspace, prefix, passedOver);
  return { id: record.id, record };
}
