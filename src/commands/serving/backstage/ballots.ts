import { UserError } from "../../../errors.ts";
import { drawBallots, keepVote } from "../../../evaluate/index.ts";
import type { RunRecord } from "../../../handoffs/index.ts";
import type { BotOptions } from "../../../serve/index.ts";
import type { Workspace } from "../../../workspace.ts";

type Ballots = NonNullable<NonNullable<BotOptions["backstage"]>["ballots"]>;

/** A held-out message with the run's answer, the real one, and the base's where it has answered too. */
export async function drawBallot(
  workspace: Workspace,
  run: RunRecord,
): Promise<Awaited<ReturnType<Ballots["draw"]>>> {
  const draw = (against: string[]) => drawBallots(workspace, run, against, Math.random);
  const [ballot] = await draw(["base", "real"]).catch((error) => {
    if (error instanceof UserError) return draw(["real"]);
    throw error;
  });
  if (ballot === undefined) throw new Error("Whoever draws ballots finds one, or says why not.");
  const { context, answers } = ballot;
  const among = answers.map(({ by }) => by);
  return {
    context,
    answers: answers.map(({ bubbles }) => ({ bubbles })),
    vote(answer, relation) {
      const chosen = answer === undefined ? null : (among[answer] ?? null);
      return keepVote(workspace, { type: "vote", at: new Date().toISOString(), relation, among, chosen });
    },
  };
}
