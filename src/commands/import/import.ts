import type { Command } from "commander";
import { addFlags, type Chosen, importChoices } from "../../choices/index.ts";
import { UserError } from "../../errors.ts";
import { importExports } from "../../ingest/index.ts";
import { printable } from "../../printable.ts";
import { formatCount } from "../../terminal.ts";
import { compileLess, interruptSignal, openContext } from "../command.ts";
import { describeImport } from "./describe.ts";

const examples = `
Examples:
  persona import ~/Downloads/facebook-*.zip
  persona import ~/Downloads/facebook-ana --persona "Ana Lima"
  persona import facebook.zip messages.zip instagram.zip    # everything at once, or one after the other`;

export function registerImport(command: Command): void {
  command.argument(
    "<path...>",
    "exports of Facebook, Messenger's encrypted chats, Instagram, or WhatsApp chats",
  );
  addFlags(command, importChoices)
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Chosen<typeof importChoices>, command: Command) => {
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
          ...(flags.maxUnpackedGb !== undefined && { totalBytes: flags.maxUnpackedGb * 1e9 }),
          ...(flags.maxRatio !== undefined && { ratio: flags.maxRatio }),
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
