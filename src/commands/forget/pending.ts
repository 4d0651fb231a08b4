import { People, StateFile } from "../../serve/index.ts";
import { type CommandContext, commandLine } from "../command.ts";

/** Who asked on Discord to be forgotten, and waits for the owner. */
export function showPending({ terminal, workspace, config, passedOver }: CommandContext): void {
  const people = new People(new StateFile(workspace.discordFile, passedOver));
  const requests = people.forgetRequests.map(({ id, at }) => ({
    id,
    at: new Date(at).toISOString(),
    name: config.friends[id] ?? people.friendOf(id),
  }));
  terminal.data(requests);
  if (requests.length === 0) terminal.note("Nobody waits to be forgotten.");
  for (const { id, at, name } of requests) {
    const next =
      name === undefined
        ? "nobody says who that is: ask them for the name that they wrote by"
        : commandLine(workspace, ["forget", name]);
    terminal.note(`${at.slice(0, 10)}  Discord account ${id}: ${next}`);
  }
}
