import { type PersonaFiles, type ReplySettings, serverKeyVariable } from "../../serve/index.ts";
import type { Terminal } from "../../terminal.ts";

/** The server that was chosen, with its key from the environment: a flag's value can be read by everybody who lists processes. */
export function chosenServer(
  { server, serverModel }: Pick<ReplySettings, "server" | "serverModel">,
  { warn }: Terminal,
): PersonaFiles["server"] {
  if (server === null) return undefined;
  return { address: server, model: serverModel ?? undefined, key: process.env[serverKeyVariable], warn };
}
