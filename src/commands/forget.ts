import type { Command } from "commander";
import { isSameName } from "../closest-names.ts";
import { removeCorrections } from "../evaluate/index.ts";
import { countMessagesOf, forgetPerson, type WhatStays } from "../ingest/index.ts";
import { findDatasetsOf, removeSegments } from "../prepare/index.ts";
import { printable } from "../printable.ts";
import { forgetInConversations } from "../serve/index.ts";
import { formatCount, formatPlural } from "../terminal.ts";
import { markRunsStale } from "../train/index.ts";
import { interruptSignal, openContext } from "./command.ts";
import { confirm } from "./confirm.ts";
import { describeStale } from "./stale.ts";

const examples = `
Examples:
  persona forget "Ben Ito"
  persona forget "Ben Ito" --yes      # without asking, for scripts`;

export function registerForget(command: Command): void {
  command
    .argument("<name>", "the person, as persona messages spells them")
    .option("--yes", "do not ask")
    .addHelpText("after", examples)
    .action(async (name: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const { terminal, workspace, config, passedOver } = await openContext(command);
      const { person, spellings, texts, threads } = await countMessagesOf(workspace, name);
      const once = person === name.normalize("NFC") ? [] : [`once ${printable(name)}`];
      const others = [...once, ...spellings.map((spelling) => `also ${printable(spelling)}`)];
      const who = others.length > 0 ? `${printable(person)} (${others.join(", ")})` : printable(person);
      const what = `${who}: ${formatPlural(texts, "message")} in ${formatPlural(threads, "thread")}`;
      if (!yes) {
        await confirm(`Erase ${what}? It cannot be undone.`, {
          refused: "Nothing was erased.",
          flag: "--yes to erase without confirmation",
        });
      }

      const progress = terminal.progress("forgetting");
      const stale: { datasets: string[]; runs: string[] } = { datasets: [], runs: [] };
      let corrections = 0;
      const report = await forgetPerson({
        workspace,
        name,
        signal: interruptSignal(),
        onProgress: (done, total) => progress.update(done, total, () => `${formatCount(done)} threads`),
        async beforeErasing(threads) {
          await removeSegments(workspace);
          stale.datasets = await findDatasetsOf(workspace, threads);
          stale.runs = await markRunsStale(workspace, stale.datasets, "a person was forgotten");
          corrections = await removeCorrections(workspace, stale.datasets);
        },
      });
      const names = [person, name, ...spellings];
      const said = await forgetInConversations(
        workspace.conversations,
        { names, ids: idsOf(names, config.friends) },
        passedOver,
      );
      progress.done();
      terminal.note(
        `Erased ${formatPlural(report.erased, "entry", "entries")}; ${formatPlural(report.changedThreads.length, "thread")} changed. Later imports leave them out.`,
      );
      if (corrections > 0)
        terminal.note(
          `Removed ${formatPlural(corrections, "correction")} from votes on conversations with them or with others of their data set.`,
        );
      if (said > 0)
        terminal.note(
          `Erased ${formatPlural(said, "message")} from what the persona remembers of its conversations.`,
        );
      for (const line of describeWhatStays(report.stays, config.prepare.redactFile)) terminal.note(line);
      for (const line of await describeStale(workspace, stale, "their words")) terminal.warn(line);
      terminal.data({ ...report, stale });
    });
}

/** Who of the friends on Discord has one of these names. */
function idsOf(names: string[], friends: Record<string, string>): string[] {
  return Object.entries(friends)
    .filter(([, friend]) => names.some((name) => isSameName(name, friend.trim())))
    .map(([id]) => id);
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
