import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { codeOf } from "../../../disk-errors.ts";
import { UserError } from "../../../errors.ts";
import { keepVote } from "../../../evaluate/index.ts";
import type { RunRecord, Turn } from "../../../handoffs/index.ts";
import type { OpenMask } from "../../../serve/index.ts";
import type { Workspace } from "../../../workspace.ts";
import type { Desk } from "./slash-commands.ts";

/**
 * Where conversations with a run leave their papers.
 *
 * Corrections lie with the votes, which refine a run and which `forget` knows; what is typed for one is masked as training
 * masks it. `answering` and `maskOf` are of the run that answers at the time.
 */
export function deskOf(
  workspace: Workspace,
  answering: () => Pick<RunRecord, "id" | "dataset" | "persona"> | undefined,
  maskOf: () => OpenMask | undefined = () => undefined,
): Desk {
  return {
    save: saveConversation,
    async correct(turns, rejected, better) {
      const run = answering();
      if (run === undefined) throw notTaught();
      const context = turns.map(({ speaker, bubbles }) => ({ speaker, bubbles }));
      const { id, dataset, persona } = run;
      const mask = maskOf()?.() ?? ((words: string) => words);
      const masked = better.map((words) => mask(words, [persona, ...turns.map(({ speaker }) => speaker)]));
      const at = new Date().toISOString();
      const made = { type: "correction", relation: "self", by: id, dataset, at } as const;
      await keepVote(workspace, { ...made, context, rejected, better: masked });
    },
  };
}

function notTaught(): UserError {
  return new UserError("Corrections teach a run, and here an instruction model answers.", {
    fix: "Talk to a run: persona chat",
  });
}

/** Writes a conversation to a new file that only its owner can read. */
async function saveConversation(file: string, turns: Turn[]): Promise<void> {
  const lines = turns.flatMap(({ speaker, bubbles }) =>
    bubbles.map((bubble) => `${speaker}: ${bubble.replaceAll("\n", "\n  ")}\n`),
  );
  const place = path.resolve(file.replace(/^~(?=\/)/, homedir()));
  try {
    await writeFile(place, lines.join(""), { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new UserError(
      `${place} cannot be written${codeOf(error) === "EEXIST" ? ": it is there already" : ""}.`,
      {
        fix: "Choose another file.",
        cause: error,
      },
    );
  }
}
