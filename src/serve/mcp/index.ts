import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { UnderstoodLines } from "./lines.ts";
import { type RunFigures, runTools } from "./run-tools.ts";
import { type Talking, talkTools } from "./talk-tools.ts";

export type { RunFigures, Talking };

interface McpOptions {
  version: string;
  /** Opens the persona when it is first asked: a client waits for the list of tools, and may never ask. */
  open(): Promise<Talking>;
  runs(): Promise<RunFigures[]>;
  /** Told of what clients are not told. */
  warn(line: string): void;
}

/** Serves tools of other models over stdin and stdout; settles when the client has left or `signal` is raised. */
export async function serveMcp(options: McpOptions, signal: AbortSignal): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    process.stdin.once("end", resolve);
    process.stdin.once("close", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const { stdin, stdout } = process;
  const lines = stdin.pipe(new UnderstoodLines((line) => void stdout.write(line)));
  const handle = serveStdio(() => mcpServer(options), {
    transport: new StdioServerTransport(lines, stdout),
    onerror: ({ name }) => options.warn(`A message of the MCP client was not understood (${name}).`),
  });
  if (!signal.aborted) await gone;
  await handle.close();
  // Its client may keep it open, and the process would wait for that.
  stdin.unpipe(lines).pause();
}

/** The tools, whatever carries them. */
function mcpServer({ version, open, runs, warn }: McpOptions): McpServer {
  const server = new McpServer({ name: "persona", version });
  talkTools(server, { open, warn });
  runTools(server, runs);
  return server;
}
