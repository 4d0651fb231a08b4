import type { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { runsNamed } from "../../handoffs/index.ts";

/** Where a run stands: figures alone. */
const Figures = z.object({
  id: z.string(),
  state: z.string(),
  base: z.string().optional(),
  createdAt: z.string().optional(),
  answers: z.boolean().describe("Whether the persona answers with it."),
  step: z.int().optional(),
  totalSteps: z.int().optional(),
  loss: z.number().optional(),
  heldOutLoss: z.number().optional(),
  tokensPerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  leaks: z.boolean().optional().describe("Whether it was found to tell what it learned from."),
});
export type RunFigures = z.infer<typeof Figures>;

const isReadOnly = { readOnlyHint: true, openWorldHint: false };

/** What there is to know of training runs. */
export function runTools(server: McpServer, runs: () => Promise<RunFigures[]>): void {
  server.registerTool(
    "list_runs",
    {
      title: "List training runs",
      description: "Training runs of the persona, newest first: how far each is, and which one answers.",
      outputSchema: z.object({ runs: z.array(Figures) }),
      annotations: isReadOnly,
    },
    async () => told({ runs: await runs() }),
  );
  server.registerTool(
    "run_status",
    {
      title: "How far a training run is",
      description: "State, progress, losses and speed of one training run.",
      inputSchema: z.object({
        run: z.string().min(1).max(100).describe("Its id, or the beginning of it; latest for the newest."),
      }),
      outputSchema: Figures,
      annotations: isReadOnly,
    },
    async ({ run }) => {
      const all = await runs();
      const [found, ...others] = run === "latest" ? all.slice(0, 1) : runsNamed(run, all, ({ id }) => id);
      if (found !== undefined && others.length === 0) return told(found);
      return failed(found === undefined ? "There is no such run." : "Several runs begin so.");
    },
  );
}

/** What a tool gives, for programs and for models that read text alone. */
export function told<T extends Record<string, unknown>>(structuredContent: T) {
  return { content: [{ type: "text" as const, text: JSON.stringify(structuredContent) }], structuredContent };
}

export function failed(text: string) {
  return { content: [{ type: "text" as const, text }], isError: true };
}
