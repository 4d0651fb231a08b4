import type { RunRecord } from "../../handoffs/index.ts";
import { keepMemories, type Memories, type PersonaFiles, type ReplySettings } from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";
import { masksFor } from "./masks.ts";

/** What friends say to a run, masked as its data set was, and kept for as long as the owner chose. */
export async function memoriesFor(
  context: CommandContext,
  run: RunRecord,
  files: PersonaFiles,
  { keepDays }: Pick<ReplySettings, "keepDays">,
): Promise<Memories> {
  const { workspace, passedOver } = context;
  return keepMemories({
    persona: files.name,
    openMask: await masksFor(context, run, files),
    folder: workspace.conversations,
    keepDays,
    passedOver,
  });
}
