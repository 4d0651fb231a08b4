import { isSameName } from "../../closest-names.ts";
import { removeCorrections } from "../../evaluate/index.ts";
import { forgetPerson, type WhatStays } from "../../ingest/index.ts";
import { findDatasetsOf, removeSegments } from "../../prepare/index.ts";
import { printable } from "../../printable.ts";
import { forgetInConversations, People, StateFile } from "../../serve/index.ts";
import { formatCount, formatPlural } from "../../terminal.ts";
import { markRunsStale } from "../../train/index.ts";
import type { CommandContext } from "../command.ts";
import { describeStale } from "../stale.ts";

/** Whom to erase, by a name that they have or had, and by all that they go by. */
interface Person {
  name: string;
  names: string[];
}

/** What was erased, as data and in lines for people: what was done, and what the owner has still to do. */
interface Erasure {
  report: Awaited<ReturnType<typeof forgetPerson>> & { stale: { datasets: string[]; runs: string[] } };
  done: string[];
  toDo: string[];
}

/** Erases what somebody wrote from the store, from corrections and from what the persona remembers. */
export async function erasePerson(
  { workspace, config, terminal, passedOver }: CommandContext,
  { name, names }: Person,
  signal: AbortSignal,
): Promise<Erasure> {
  const progress = terminal.progress("forgetting");
  const stale: { datasets: string[]; runs: string[] } = { datasets: [], runs: [] };
  let corrections = 0;
  const report = await forgetPerson({
    workspace,
    name,
    signal,
    onProgress: (done, total) => progress.update(done, total, () => `${formatCount(done)} threads`),
    async beforeErasing(threads) {
      await removeSegments(workspace);
      stale.datasets = await findDatasetsOf(workspace, threads);
      stale.runs = await markRunsStale(workspace, stale.datasets, "a person was forgotten");
      corrections = await removeCorrections(workspace, stale.datasets);
    },
  });
  const people = new People(new StateFile(workspace.discordFile, passedOver));
  const ids = [...idsOf(names, config.friends), ...people.idsOf((claimed) => isOneOf(claimed, names))];
  const said = await forgetInConversations(workspace.conversations, { names, ids }, passedOver);
  for (const id of ids) await people.closeForgetRequest(id);
  progress.done();
  return {
    report: { ...report, stale },
    done: [
      `Erased ${formatPlural(report.erased, "entry", "entries")}; ${formatPlural(report.changedThreads.length, "thread")} changed. Later imports leave them out.`,
      ...(corrections > 0
        ? [
            `Removed ${formatPlural(corrections, "correction")} from votes on conversations with them or with others of their data set.`,
          ]
        : []),
      ...(said > 0
        ? [`Erased ${formatPlural(said, "message")} from what the persona remembers of its conversations.`]
        : []),
      ...describeWhatStays(report.stays, config.prepare.redactFile),
    ],
    toDo: await describeStale(workspace, stale, "their words"),
  };
}

/** Who of the friends on Discord has one of these names. */
function idsOf(names: string[], friends: Record<string, string>): string[] {
  return Object.entries(friends)
    .filter(([, friend]) => isOneOf(friend, names))
    .map(([id]) => id);
}

function isOneOf(name: string, names: string[]): boolean {
  return names.some((each) => isSameName(each, name));
}

/** What others wrote is theirs; the owner is told how much of it may be about the person. */
function describeWhatStays({ partsOfName, quotes }: WhatStays, redactFile: string): string[] {
  const parts = Object.entries(partsOfName).map(([part, count]) => {
    const messages = formatPlural(count, "message");
    return `  ${printable(part)} by itself, which may be somebody else: in ${messages} of others`;
  });
  return [
    "What stays:",
    ...parts,
    `  what others quote: ${formatPlural(quotes, "message")} that ${quotes === 1 ? "repeats" : "repeat"} one of theirs`,
    "  nicknames: nobody can tell whose they are",
    `To keep such words out of what is learned, list them in ${redactFile}.`,
  ];
}
