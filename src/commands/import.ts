import type { Command } from "commander";
import { UserError } from "../errors.ts";
import { describeImport, importExports } from "../ingest/index.ts";
import { formatCount } from "../terminal.ts";
import { interruptSignal, openContext } from "./command.ts";

const examples = `
Examples:
  persona import ~/Downloads/facebook-*.zip
  persona import ~/Downloads/facebook-ana --persona "Ana Lima"`;

export function registerImport(program: Command): void {
  program
    .command("import")
    .description("bring message exports (zips or folders, several parts at once) into the message store")
    .argument("<path...>", "zips or folders as Facebook gives them")
    .option("--persona <name>", "who you are, when the guess is wrong")
    .option("--strict", "exit with 1 when a file could not be read")
    .addHelpText("after", examples)
    .action(async (paths: string[], options: { persona?: string; strict?: boolean }, command: Command) => {
      const { terminal, workspace, config } = await openContext(command);
      const progress = terminal.progress("importing");
      const report = await importExports(paths, {
        workspace,
        persona: options.persona ?? config.persona,
        signal: interruptSignal(),
        onProgress: ({ bytes, totalBytes, threads }) =>
          progress.update(bytes, totalBytes, `${formatCount(threads)} threads`),
      });
      progress.done();

      for (const line of describeImport(report, formatCount)) terminal.note(line);
      for (const { file, problem } of report.problems)
        terminal.warn(`${file} ${problem}; the rest is imported.`);
      terminal.data(report);
      if (options.strict && report.problems.length > 0) {
        throw new UserError(`${report.problems.length} of the files could not be read.`, {
          fix: "Download the export again; without --strict the rest is imported all the same.",
        });
      }
    });
}
