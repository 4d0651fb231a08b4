import type { Command } from "commander";
import { addFlags, type Table } from "../../choices/index.ts";
import { compareAction } from "./compare.ts";
import { resumeAction, resumeChoices, stopAction } from "./control.ts";
import { listAction } from "./list.ts";
import { logsAction } from "./logs.ts";
import { deleteAction, pruneAction, pruneChoices } from "./remove.ts";
import { showAction } from "./show.ts";
import { useAction } from "./use.ts";

const examples = `
Examples:
  persona runs
  persona runs logs latest -f
  persona runs use 3f2a        # a few letters of an id are enough
  persona runs use --back      # the one that answered before`;

const compareChoices = {
  page: {
    text: {},
    flag: "--page [file]",
    otherwise: "into the data folder",
    help: "write the comparison as a page too",
  },
} as const satisfies Table;

export function registerRuns(runs: Command): void {
  // Words that are no command of it are its own to explain.
  runs.addHelpText("after", examples).allowExcessArguments().action(listAction);

  runs.command("show <run>").description("everything about one run, and its curves").action(showAction);
  runs
    .command("logs <run>")
    .description("what a run says; -f goes on until it ends")
    .option("-f, --follow", "wait for more")
    .action(logsAction);
  const compare = runs
    .command("compare <run...>")
    .description("runs, or those of a sweep, side by side, with what was measured and whether it differs");
  addFlags(compare, compareChoices).action(compareAction);
  runs
    .command("cancel <run>")
    .description("stop a run that waits or runs, on any machine; its checkpoint stays")
    .action(stopAction("cancel"));
  runs
    .command("pause <run>")
    .description("save a run and take it out of the queue until it is resumed")
    .action(stopAction("pause"));
  const resume = runs
    .command("resume <run>")
    .description("put a paused, stopped or failed run back into the queue");
  addFlags(resume, resumeChoices).action(resumeAction);
  runs
    .command("use [run]")
    .description("answer with this run from now on")
    .option("--back", "with the one that answered before")
    .action(useAction);
  runs
    .command("delete <run...>")
    .description("remove runs, their checkpoints and their models; never one at work")
    .option("--force", "even the one that answers")
    .action(deleteAction);
  const prune = runs
    .command("prune")
    .description("remove what nothing goes on from: old attempts, spare checkpoints, old failures");
  addFlags(prune, pruneChoices).action(pruneAction);
}
