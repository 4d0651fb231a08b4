import type { Command } from "commander";
import { UsageError, UserError } from "../../errors.ts";
import { importExports } from "../../ingest/index.ts";
import { printable } from "../../printable.ts";
import { formatCount } from "../../terminal.ts";
import { compileLess, interruptSignal, openContext } from "../command.ts";
import { names } from "../flags/names.ts";
import { describeImport } from "./describe.ts";

const examples = `
Examples:
  persona import ~/Downloads/facebook-*.zip
  persona import ~/Downloads/facebook-ana --persona "Ana Lima"
  persona import facebook.zip messages.zip instagram.zip    # everything at once, or one after the other`;

interface ImportFlags {
  persona?: string[];
  strict?: boolean;
  dateOrder?: string;
  jobs?: number;
  mostUnpackedGb?: number;
  mostRatio?: number;
}

export function registerImport(command: Command): void {
  command
    .argument("<path...>", "exports of Facebook, Messenger's encrypted chats, Instagram, or WhatsApp chats")
    .addOption(names("--persona <name>", "who you are, when the guess is wrong; may be repeated"))
    .option("--strict", "exit with 1 when a file could not be read")
    .option("--date-order <order>", "how WhatsApp dates are written: dmy, mdy or ymd", readDateOrder)
    .option("--jobs <n>", "threads that read at the same time (default: one a core)", readPositive)
    .option("--most-unpacked-gb <n>", "refuse exports that unpack to more (default: 100)", readPositive)
    .option(
      "--most-ratio <n>",
      "leave out files that unpack to more than n times their size (default: 200)",
      readPositive,
    )
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: ImportFlags, command: Command) => {
      compileLess();
      const { terminal, workspace, config } = await openContext(command);
      const progress = terminal.progress("importing");
      const startedAt = Date.now();
      const report = await importExports(paths, {
        workspace,
        persona: flags.persona ?? config.persona,
        dateOrder: flags.dateOrder,
        jobs: flags.jobs,
        limits: {
          ...(flags.mostUnpackedGb !== undefined && { totalBytes: flags.mostUnpackedGb * 1e9 }),
          ...(flags.mostRatio !== undefined && { ratio: flags.mostRatio }),
        },
        signal: interruptSignal(),
        onProgress: ({ bytes, totalBytes, threads, totalThreads }) =>
          progress.update(
            bytes,
            totalBytes,
            () =>
              `${megabytes(bytes)} of ${megabytes(totalBytes)} MB, ${formatCount(threads)} of ${formatCount(totalThreads)} threads, ` +
              `${Math.round(bytes / 1e3 / Math.max(1, Date.now() - startedAt))} MB/s`,
          ),
      });
      progress.done();

      for (const line of describeImport(report)) terminal.note(line);
      for (const { file, problem } of report.problems)
        terminal.warn(`${printable(file, 160)} ${problem}; the rest is imported.`);
      terminal.data(report);
      if (flags.strict && report.problems.length > 0) {
        throw new UserError(`${report.problems.length} of the files could not be read whole.`, {
          fix: "Download the export again; without --strict the rest is imported all the same.",
        });
      }
    });
}

function megabytes(bytes: number): string {
  return formatCount(Math.round(bytes / 1e6));
}

function readPositive(text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new UsageError(`"${text}" is not a number above 0.`, { fix: "Give a number, such as 2." });
}

function readDateOrder(text: string): string {
  if (["dmy", "mdy", "ymd"].includes(text)) return text;
  throw new UsageError(`There is no date order "${text}".`, { fix: "Choose dmy, mdy or ymd." });
}
