import { existsSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { evaluateChoices, isDefault, usualServer, wordsOf } from "../choices/index.ts";
import { UserError } from "../errors.ts";
import { evaluationDirectory, readJsonFile } from "../handoffs/index.ts";
import type { Workspace } from "../workspace.ts";

/** What was asked of an evaluation: `evaluate.py` writes it first, and goes on only where the same is asked again. */
const Plan = z.object({
  replies: z.int(),
  seconds: z.number().nullable(),
  full: z.boolean(),
  seed: z.int(),
  served: z.looseObject({ by: z.string().optional() }).optional(),
});

/** Of the first run whose evaluation was begun and not finished, how to finish it; undefined where there is none. */
export async function findUnfinished(workspace: Workspace, ids: string[]): Promise<UserError | undefined> {
  for (const id of ids) {
    const plan = await readUnfinishedPlan(workspace, id);
    if (plan === undefined) continue;
    const command = ["persona eval", id, ...flagsOf(plan)].join(" ");
    return new UserError(`An evaluation of run ${id} was begun and not finished.`, {
      fix: `Finish it: ${command}`,
    });
  }
  return undefined;
}

async function readUnfinishedPlan(
  workspace: Workspace,
  id: string,
): Promise<z.infer<typeof Plan> | undefined> {
  const directory = evaluationDirectory(workspace, id);
  if (existsSync(path.join(directory, "summary.json"))) return undefined;
  return readJsonFile(path.join(directory, "plan.json"), Plan, {
    fix: `Evaluate the run again: persona eval ${id}`,
  });
}

function flagsOf(plan: z.infer<typeof Plan>): string[] {
  const { served: { by = "pytorch" } = {}, ...asked } = plan;
  const { servedBy: _told, ...choices } = evaluateChoices;
  const names = Object.keys(choices) as (keyof typeof choices)[];
  return [
    ...names
      .filter((name) => !isDefault(choices[name], asked[name]))
      .flatMap((name) => wordsOf(name, asked[name] ?? undefined)),
    ...wordsOf("servedBy", usualServer(asked) === by ? undefined : by),
  ];
}
