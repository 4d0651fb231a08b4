import type { Command } from "commander";
import { followRun } from "../../train/index.ts";
import { openContext } from "../command.ts";
import { showEvents } from "./event-lines.ts";
import { findRunAnywhere, withServerOfOthers } from "./places.ts";

/** `persona runs logs`, also of a run on another machine of the same server. */
export async function logsAction(
  prefix: string,
  { follow = false }: { follow?: boolean },
  command: Command,
): Promise<void> {
  const { terminal, workspace, passedOver } = await openContext(command);
  await withServerOfOthers(workspace, async (server) => {
    const { id } = await findRunAnywhere(server, workspace, prefix, passedOver);
    const events = followRun(workspace, id, { untilNow: !follow, ...(server && { server }) });
    await showEvents(terminal, events);
  });
}
