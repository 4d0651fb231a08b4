import { createInterface } from "node:readline";
import { askChoices, type Chosen, withDefaults } from "../../choices/index.ts";
import {
  type Ballot,
  drawBallots,
  duelsOf,
  eloOf,
  formatMeasure,
  keepVote,
  readVotes,
  type Vote,
  type Voted,
} from "../../evaluate/index.ts";
import { findRun, type RunRecord } from "../../handoffs/index.ts";
import { formatPlural, type Terminal } from "../../terminal.ts";
import type { CommandContext } from "../command.ts";

export type AskFlags = Chosen<typeof askChoices>;

/** A blind test: somebody reads hidden answers and says which is the real person's. */
export async function askForVotes(context: CommandContext, run: RunRecord, flags: AskFlags): Promise<void> {
  const { terminal, workspace, passedOver } = context;
  const { against, relation, questions } = withDefaults(askChoices, flags);
  const others = await Promise.all(
    against.map(async (who) =>
      who === "real" || who === "base" ? who : (await findRun(workspace, who, passedOver)).id,
    ),
  );
  const ballots = await drawBallots(workspace, run, others, Math.random);
  const keep = (voted: Voted) => keepVote(workspace, voted);
  await showBallots(ballots.slice(0, questions), run.persona, {
    terminal,
    relation,
    dataset: run.dataset,
    keep,
  });

  const votes = await readVotes(workspace, passedOver);
  terminal.data(standingsOf(run.id, votes));
  for (const line of describeStandings(run.id, votes)) terminal.note(line);
}

interface Booth {
  terminal: Terminal;
  relation: Vote["relation"];
  /** Whose conversations the ballots are from. */
  dataset: string;
  keep(voted: Voted): Promise<void>;
}

async function showBallots(ballots: Ballot[], persona: string, booth: Booth): Promise<void> {
  const { terminal } = booth;
  terminal.note(`Which answer is most like ${persona}? Type its number, or 0 when you cannot tell;`);
  terminal.note("x and a number for what they would never say, q to stop.");
  const input = createInterface({ input: process.stdin });
  const lines = input[Symbol.asyncIterator]();
  try {
    for (const [index, ballot] of ballots.entries()) {
      showBallot(ballot, `${index + 1} of ${ballots.length}`, terminal);
      if (!(await voteOn(ballot, lines, booth))) break;
    }
  } finally {
    input.close();
  }
}

function showBallot({ context, answers }: Ballot, place: string, { note }: Terminal): void {
  note(`\n${place}`);
  for (const { speaker, bubbles } of context.slice(-4)) note(`  ${speaker}: ${bubbles.join("\n    ")}`);
  for (const [index, { bubbles }] of answers.entries())
    note(`\n  [${index + 1}] ${bubbles.join("\n      ")}`);
}

/** @returns False when the voter leaves. */
async function voteOn(ballot: Ballot, lines: AsyncIterator<string>, booth: Booth): Promise<boolean> {
  const { terminal, relation, keep } = booth;
  for (;;) {
    const { value, done } = await lines.next();
    const word = done ? "q" : String(value).trim();
    if (word === "q") return false;
    const [, isUnlike, number] = /^(x)?\s*(\d)$/.exec(word) ?? [];
    const answer = ballot.answers[Number(number) - 1];
    if (number === undefined || (answer === undefined && (isUnlike || number !== "0"))) {
      terminal.note(`Type a number from 0 to ${ballot.answers.length}, x and a number, or q.`);
      continue;
    }
    const at = new Date().toISOString();
    if (isUnlike && answer !== undefined) {
      await correct(ballot, answer, lines, booth);
      terminal.note("And which is most like them?");
      continue;
    }
    const among = ballot.answers.map(({ by }) => by);
    await keep({ type: "vote", at, relation, among, chosen: answer?.by ?? null });
    return true;
  }
}

/** Asks what the person would have said instead, and keeps both as a pair. */
async function correct(
  { context }: Ballot,
  { by, bubbles }: Ballot["answers"][number],
  lines: AsyncIterator<string>,
  { terminal, relation, dataset, keep }: Booth,
): Promise<void> {
  terminal.note("What would they say instead? (an empty line: no idea)");
  const { value, done } = await lines.next();
  const better = done ? "" : String(value).trim();
  if (better === "") return;
  const at = new Date().toISOString();
  const pair = { context, rejected: bubbles, better: [better] };
  await keep({ type: "correction", at, relation, by, dataset, ...pair });
}

function standingsOf(run: string, votes: Vote[]) {
  return { run, votes: votes.length, duels: duelsOf(run, votes), elo: Object.fromEntries(eloOf(votes)) };
}

function* describeStandings(run: string, votes: Vote[]): Generator<string> {
  yield `\n${formatPlural(votes.length, "vote")} so far.`;
  for (const relation of askChoices.relation.oneOf) {
    const own = votes.filter((vote) => vote.relation === relation);
    for (const { other, won, of, share } of duelsOf(run, own)) {
      const verdict = verdictOn(share);
      yield `  by ${relation}: run ${run} rather than ${nameOf(other)}: ${won} of ${of}, ${formatMeasure({ value: share, unit: "share" })}: ${verdict}`;
    }
  }
  const elo = [...eloOf(votes)].sort(([, a], [, b]) => b - a);
  if (elo.length > 2)
    yield `  strengths (Elo): ${elo.map(([name, points]) => `${nameOf(name)} ${Math.round(points)}`).join(", ")}`;
}

/** Where next to nothing is ruled out, nothing is known, not even that there is no difference. */
const widestKnown = 0.5;

function verdictOn({ low, high }: { low: number; high: number }): string {
  if (low > 0.5 || high < 0.5) return "a real difference";
  return high - low > widestKnown ? "too few votes to tell" : "no real difference";
}

function nameOf(contestant: string): string {
  if (contestant === "real") return "the real one";
  return contestant === "base" ? "the base" : `run ${contestant}`;
}
