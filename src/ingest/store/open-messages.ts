import { pathToFileURL } from "node:url";
import { UserError } from "../../errors.ts";
import type { MessageStore } from "../../handoffs/index.ts";
import { builtProgram } from "../../project.ts";
import type { Workspace } from "../../workspace.ts";
import { createNamesNow, readEarlierNames } from "../forgotten/index.ts";
import { finishUpdate } from "./finish.ts";
import { storeOf } from "./read-store.ts";
import { readIndex } from "./store.ts";

/** Opens the store that `persona import` wrote. */
export async function openMessages(workspace: Workspace): Promise<Required<MessageStore>> {
  const index = await readIndex(workspace);
  if (index === undefined) {
    throw new UserError(`There are no messages in ${workspace.messages} yet.`, {
      fix: "Import an export first: persona import ~/Downloads/facebook-*.zip",
    });
  }
  await finishUpdate(workspace, index);
  const namesNow = createNamesNow(await readEarlierNames(workspace), index.forgotten);
  return { ...storeOf(workspace, index), namesNow };
}

/**
 * The module by which a worker thread opens the same store, and what it is told: `import(url)` gives `openStore(told)`.
 * It loads none of what only an import needs.
 */
export function storeModule(workspace: Workspace): { url: string; told: unknown } {
  return {
    url: pathToFileURL(builtProgram("ingest/store/read-store.js")).href,
    told: workspace,
  };
}
