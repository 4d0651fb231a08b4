import { type RunRecord, readRun } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { keyOf, type QueueConnection } from "../queue/index.ts";
import { updateRun } from "./runs.ts";

/** Key of the newest attempt at a run: only the attempt that it names may publish. */
const attemptKey = (run: string) => keyOf("attempt", run);

/** Numbers an attempt: the higher of what the server and the record know, and one more. */
const claim = `
local newest = math.max(tonumber(redis.call("GET", KEYS[1]) or "0"), tonumber(ARGV[1])) + 1
redis.call("SET", KEYS[1], newest)
return newest`;

/** Takes the run for a new attempt; every earlier one loses the right to write. */
export async function claimAttempt(
  redis: QueueConnection,
  workspace: Workspace,
  asked: RunRecord,
  change: Partial<RunRecord>,
): Promise<RunRecord> {
  const attempt = Number(await redis.eval(claim, 1, attemptKey(asked.id), asked.attempt));
  return updateRun(workspace, asked.id, { ...change, attempt }, { attempt });
}

/**
 * True while no newer attempt has taken the run: neither on the server nor in the record.
 *
 * A server that went down with its machine may have lost its last second, and then knows an older attempt.
 */
export async function isNewestAttempt(
  redis: QueueConnection,
  workspace: Workspace,
  { id, attempt }: Pick<RunRecord, "id" | "attempt">,
): Promise<boolean> {
  const [claimed, record] = await Promise.all([redis.get(attemptKey(id)), readRun(workspace, id)]);
  return Number(claimed ?? attempt) <= attempt && record?.attempt === attempt;
}

export async function forgetAttempts(redis: QueueConnection, run: string): Promise<void> {
  await redis.del(attemptKey(run));
}
