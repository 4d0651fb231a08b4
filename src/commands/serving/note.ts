import type { Command } from "commander";
import { addFlags, type Chosen, type Table } from "../../choices/index.ts";
import { UsageError } from "../../errors.ts";
import { printable } from "../../printable.ts";
import { clearNote, describeNote, readNote, writeNote } from "../../serve/index.ts";
import { openContext } from "../command.ts";

const examples = `
Examples:
  persona note "in Lisbon until Friday" --until 2026-12-04
  persona note                        # shows it
  persona note --clear`;

const noteChoices = {
  until: {
    day: {},
    otherwise: "until it is cleared",
    help: "last day on which it holds, such as 2026-12-04",
  },
  clear: { boolean: {}, help: "remove the note" },
} as const satisfies Table;

export function registerNote(command: Command): void {
  command.argument("[words]", "what you would say yourself, in your own words");
  addFlags(command, noteChoices)
    .addHelpText("after", examples)
    .action(async (words: string | undefined, flags: Chosen<typeof noteChoices>, command: Command) => {
      const { terminal, workspace, passedOver } = await openContext(command);
      const { until, clear = false } = flags;
      if ((clear && words !== undefined) || (until !== undefined && words === undefined)) {
        throw new UsageError("Words, --clear and --until do not go together like this.", {
          fix: 'persona note "in Lisbon" --until 2026-12-04, or persona note --clear',
        });
      }
      if (clear) await clearNote(workspace.noteFile);
      const note =
        words === undefined
          ? await readNote(workspace.noteFile, passedOver)
          : await writeNote(workspace.noteFile, { words, until: until ?? null });
      terminal.data({ note: note ?? null });
      terminal.note(note === undefined ? "There is no note." : `Note: ${printable(describeNote(note), 300)}`);
    });
}
