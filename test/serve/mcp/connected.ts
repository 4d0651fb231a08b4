import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport, McpServer } from "@modelcontextprotocol/server";
import { onTestFinished } from "vitest";
import { Memories, type Persona } from "../../../src/serve/index.ts";
import { type RunFigures, runTools } from "../../../src/serve/mcp/run-tools.ts";
import { type Talking, talkTools } from "../../../src/serve/mcp/talk-tools.ts";

interface Options {
  persona?: Persona;
  open?: () => Promise<Talking>;
  runs?: RunFigures[];
}

interface Called {
  /** What programs read. */
  structuredContent: Record<string, unknown> | undefined;
  /** What models read, where the tool could do nothing. */
  refusal: string | undefined;
}

/** The tools, with the official client on the other end of the line until the test ends. */
export async function connect({ persona, open, runs = [] }: Options) {
  const warnings: string[] = [];
  const server = new McpServer({ name: "persona", version: "1" });
  const opening = open ?? (async () => talkingOf(persona as Persona));
  talkTools(server, { open: opening, warn: (line) => warnings.push(line) });
  runTools(server, async () => runs);
  const client = new Client({ name: "a test", version: "1" });
  const [one, other] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(one), client.connect(other)]);
  onTestFinished(() => client.close());
  const call = async (
    name: string,
    asked: Record<string, unknown> = {},
    options: { signal?: AbortSignal } = {},
  ): Promise<Called> => {
    const { structuredContent, content, isError } = await client.callTool(
      { name, arguments: asked },
      options,
    );
    const [said] = content as { text?: string }[];
    return {
      structuredContent: structuredContent as Called["structuredContent"],
      refusal: isError ? said?.text : undefined,
    };
  };
  return { client, call, warnings };
}

export function talkingOf(persona: Persona): Talking {
  return {
    persona,
    memories: new Memories({ persona: persona.name }),
    run: () => "3f2a9c1d07",
    openMask: () => undefined,
    labelOf: (name) => (name === "Ben Ito" ? name : undefined),
    as: undefined,
  };
}
