import { type Guard, openGuard } from "../../guard/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import type { CommandContext } from "../command.ts";

/** What keeps a run's replies from repeating what it learned from; where that is not known, replies go on without, and it is said. */
export async function guardFor(
  { terminal, workspace, passedOver }: CommandContext,
  run: RunRecord,
  { guard }: { guard: "on" | "off" },
): Promise<Guard | undefined> {
  if (guard === "off") {
    terminal.note("Replies may repeat what the run learned from: the guard is off.");
    return undefined;
  }
  const opened = await openGuard(workspace, run, {
    onMaking: (id) =>
      terminal.note(`Noting, once, what run ${id} learned from, so that replies do not repeat it …`),
    passedOver,
  });
  if (opened === undefined) terminal.warn("Nothing keeps replies from repeating what the run learned from.");
  return opened;
}
