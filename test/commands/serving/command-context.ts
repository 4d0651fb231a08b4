import path from "node:path";
import type { CommandContext } from "../../../src/commands/command.ts";
import { loadConfig } from "../../../src/config.ts";
import type { UserError } from "../../../src/errors.ts";
import type { Workspace } from "../../../src/workspace.ts";

/** What a command is given in a workspace; `said` takes all that it tells. */
export async function commandContext(workspace: Workspace, said: string[] = []): Promise<CommandContext> {
  const note = (line: string) => void said.push(line);
  return {
    workspace,
    terminal: { note, warn: note, progress: () => ({ update() {}, done() {} }) },
    config: await loadConfig(path.join(workspace.root, "persona.json"), { mustExist: false }),
    passedOver: ({ message }: UserError) => note(message),
  } as unknown as CommandContext;
}
