import { UserError } from "../../errors.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { type Question, questionsOf, readReplies } from "../replies.ts";
import { findUnfinished } from "../unfinished.ts";

/** An answer, and whose it is: `real`, `base` or a run's id. */
interface Answer {
  by: string;
  bubbles: string[];
}

/** A held-out message with answers in an order that tells nothing. */
export interface Ballot {
  context: Question["context"];
  answers: Answer[];
}

const most = 3;

/**
 * What can be voted on, in an order of chance: messages that everybody answered, each differently.
 *
 * @param against `real`, `base` or ids of runs of the same data set.
 * @throws UserError when there is nothing to vote on.
 */
export async function drawBallots(
  workspace: Workspace,
  run: RunRecord,
  against: string[],
  random: () => number,
): Promise<Ballot[]> {
  const contestants = [...new Set([run.id, ...against])];
  if (contestants.length < 2 || contestants.length > most) {
    throw new UserError(`A vote is between 2 or ${most} answers, not ${contestants.length}.`, {
      fix: "Name one or two: persona eval --ask --against real, base or another run.",
    });
  }
  const own = questionsOf(await readReplies(workspace, run.id));
  if (own.size === 0) {
    const unfinished = await findUnfinished(workspace, [run.id]);
    throw (
      unfinished ??
      new UserError(`Run ${run.id} has answered no held-out messages yet.`, {
        fix: `Let it: persona eval ${run.id}`,
      })
    );
  }
  const finders = await Promise.all(contestants.map((name) => answersOf(workspace, run.id, name, own)));
  const ballots = [...own].flatMap(([key, { context }]) => {
    const answers = finders.flatMap(({ by, find }) => {
      const bubbles = find(key);
      return bubbles === undefined ? [] : [{ by, bubbles }];
    });
    const isFair = answers.length === contestants.length && areDifferent(answers);
    return isFair ? [{ context, answers: shuffled(answers, random) }] : [];
  });
  if (ballots.length > 0) return shuffled(ballots, random);
  const unfinished = await findUnfinished(workspace, contestants);
  throw (
    unfinished ??
    new UserError(`There is no message that all of ${contestants.join(", ")} answered, each differently.`, {
      fix: "Choose runs of the same data set, and evaluate them alike: persona eval RUN --seed 0 --replies 1000.",
    })
  );
}

async function answersOf(
  workspace: Workspace,
  run: string,
  name: string,
  own: Map<string, Question>,
): Promise<{ by: string; find(key: string): string[] | undefined }> {
  if (name === "real" || name === "base") return { by: name, find: (key) => own.get(key)?.bySource[name] };
  const replies = name === run ? own : questionsOf(await readReplies(workspace, name));
  const find = (key: string) => {
    const bySource = replies.get(key)?.bySource;
    return bySource?.served ?? bySource?.run;
  };
  return { by: name, find };
}

/** Nobody can choose between equal answers, and an empty one is no answer. */
function areDifferent(answers: Answer[]): boolean {
  const texts = answers.map(({ bubbles }) => bubbles.join("\n").trim());
  return texts.every((text) => text !== "") && new Set(texts).size === texts.length;
}

function shuffled<T>(items: T[], random: () => number): T[] {
  const order = items.map((item) => ({ item, place: random() }));
  return order.sort((a, b) => a.place - b.place).map(({ item }) => item);
}
